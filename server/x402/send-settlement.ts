import { wouldSucceed } from '@/server/chain'
import { log } from '@/server/core/log'
import { listHashes, relayTransaction, trackRelays } from '@/server/relayer'
import type { DuePayment } from './due-payment-repository'
import { encodeSettlement } from './encode-settlement'

/**
 * Gives the settlement to the relayer: stored with its nonce, then sent; the lease fences it. What is on its way already is
 * left to the relayer, and what would revert is not sent: the payer may have moved the money meanwhile, and a reverted
 * transaction would cost gas every time. Answers whether it may be on its way.
 */
export async function sendSettlement(due: DuePayment): Promise<boolean> {
  if (await isOnItsWay(due.id)) return true
  const { call, sender } = encodeSettlement(due)
  if (!(await wouldSucceed(call, sender))) {
    log.info({ payment: due.id }, 'x402 payment would revert just now')
    return false
  }
  const outcome = await relayTransaction(
    { purpose: 'x402', id: due.id, leaseVersion: due.leaseVersion, ...(sender ? { sender } : {}) },
    call,
  )
  if (outcome !== 'sent') log.info({ payment: due.id, outcome }, 'x402 payment not on its way yet')
  return true
}

async function isOnItsWay(id: string): Promise<boolean> {
  const hashes = await listHashes({ purpose: 'x402', reference: id })
  if (hashes.length === 0) return false
  if (hashes.some(({ isOpen }) => isOpen)) return true
  // Mined, and yet not settled: reverted, or reorganised away. The relayer's look opens the second kind again.
  await trackRelays()
  return (await listHashes({ purpose: 'x402', reference: id })).some(({ isOpen }) => isOpen)
}
