import { describeRpcError, readChainEnds, readHeader } from '@/server/chain'
import { log } from '@/server/core/log'
import {
  claimWatchedPayments,
  markFinal,
  movePayment,
  releasePayment,
  reversePayment,
  type WatchedPayment,
} from './due-payment-repository'
import { findSettlement } from './find-settlement'

const BATCH = 100
const LEASE_SECONDS = 30
/** No reorganisation of an OP stack chain has been this deep; a payment is watched until it is final as well. */
const WATCH_BLOCKS = 128n
/** In the first minute every two blocks, later every fifteen: one call for all payments of a block. */
const YOUNG_SECONDS = 60
const YOUNG_EVERY_SECONDS = 4
const OLD_EVERY_SECONDS = 30

/**
 * One round over settled payments whose block can still be reorganised away: a credit whose block is gone is taken back, and
 * the payment is open again, to be sent and credited once more.
 */
export async function watchPayments(): Promise<{ claimed: number; reversed: number }> {
  const watched = await claimWatchedPayments({ limit: BATCH, leaseSeconds: LEASE_SECONDS })
  if (watched.length === 0) return { claimed: 0, reversed: 0 }
  const blocks = new Map<bigint, ReturnType<typeof readHeader>>()
  const { head, final } = await readChainEnds()
  let reversed = 0
  for (const payment of watched) {
    try {
      const { blockNumber } = payment
      const header = blocks.get(blockNumber) ?? readHeader(blockNumber)
      blocks.set(blockNumber, header)
      const isThere = (await header)?.hash === payment.blockHash.toLowerCase()
      const isDeep = final.number >= blockNumber && head.number - blockNumber >= WATCH_BLOCKS
      if (isThere && isDeep) await markFinal(payment)
      // A node that has not caught up has no block there: nothing is known.
      if (!isThere && head.number >= blockNumber && (await followReorganisation(payment))) reversed += 1
    } catch (error) {
      log.warn(
        { payment: payment.id, error: describeRpcError(error) },
        'x402 payment is not watched just now',
      )
    }
    await releasePayment(payment, {
      dueInSeconds: payment.ageSeconds < YOUNG_SECONDS ? YOUNG_EVERY_SECONDS : OLD_EVERY_SECONDS,
    })
  }
  return { claimed: watched.length, reversed }
}

/** True when the credit was taken back. */
async function followReorganisation(payment: WatchedPayment): Promise<boolean> {
  const search = await findSettlement(payment)
  if (search.kind === 'found' && search.settlement.amount === payment.settledAmount) {
    await movePayment(payment, search.settlement)
    return false
  }
  // Used, but the endpoint does not show by what: it is asked again.
  if (search.kind === 'missing') return false
  const isReversed = await reversePayment(payment)
  log.warn(
    { payment: payment.id, txHash: payment.txHash },
    'an x402 settlement was reorganised away; its credit is taken back',
  )
  return isReversed
}
