import { createHash, randomBytes } from 'node:crypto'
import { env } from '@/server/core/env'
import { type DuePayout, isSigned } from '@/server/payout-execution/due-payout'
import {
  claimDuePayouts,
  observePayouts,
  releasePayouts,
} from '@/server/payout-execution/due-payout-repository'
import { enterSigning, movePayouts, storeSignatures } from '@/server/payout-execution/payout-step-repository'
import { preparePayouts } from '@/server/relayer/prepare-repository'
import { insertRelayerAccount } from '@/server/relayer/relayer-account-repository'

/** Authorized, signing, signed, broadcasting, succeeded, confirmed. */
export const TRANSITIONS = 5
const LIMIT = 100
const ENOUGH = 10n ** 30n
const BLOCK = 1n

const hexOf = (text: string) => `0x${createHash('sha256').update(text).digest('hex')}` as const

/**
 * What a round over payouts writes, statement by statement, with a signature and a chain that cost nothing: the first round brings them to
 * `succeeded`, the next one confirms them, until none is due. Each lane has a relayer address of its own, whose nonces it counts.
 */
export async function createStubLane({ lane }: { lane: number }): Promise<() => Promise<void>> {
  const { chainId } = env().NETWORK
  const relayer = `0x${randomBytes(19).toString('hex')}0${lane}`
  await insertRelayerAccount({ chainId, address: relayer, minedNonce: 0n })
  let nonce = 0n

  const send = async (payouts: readonly DuePayout[]) => {
    const { outcome } = await preparePayouts(payouts, {
      ...{ chainId, relayer, nonce, minedNonce: nonce, maxAhead: 1 },
      ...{ hash: hexOf(`${relayer} ${nonce}`), raw: '0x' },
      ...{ fees: { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }, gasLimit: 1n, gasAllowance: ENOUGH },
    })
    if (outcome !== 'prepared') throw new Error(`payouts were not prepared: ${outcome}`)
    nonce += 1n
    await movePayouts(payouts.map((payout) => ({ payout, from: 'broadcasting', to: 'succeeded' })))
  }

  const advance = async (): Promise<number> => {
    const due = await claimDuePayouts({
      ...{ chainId, limit: LIMIT, watchLimit: LIMIT, leaseSeconds: 20, timeoutSeconds: 3600 },
      gasAllowance: ENOUGH,
    })
    if (due.length === 0) return 0
    const authorized = due.filter(({ status }) => status === 'authorized')
    if (authorized.length > 0) {
      await sign(authorized)
      await send(authorized)
    }
    await confirm(due.filter((payout) => payout.status === 'succeeded' && isSigned(payout)))
    await releasePayouts(
      due.map(({ id, leaseVersion }) => ({ id, leaseVersion, waitingFor: null, retrySeconds: 0 })),
    )
    return due.length
  }
  return async () => {
    while ((await advance()) > 0);
  }
}

async function sign(payouts: readonly DuePayout[]): Promise<void> {
  await enterSigning(
    payouts.map((payout) => ({ ...payout, held: ENOUGH })),
    { block: BLOCK, paid: [], listed: [] },
    { allowance: ENOUGH, each: 1n, keys: [{ relayer: 'any', minedNonce: 0n, balance: ENOUGH }] },
  )
  const signature = `0x${'11'.repeat(65)}` as const
  const validBefore = BigInt(Math.floor(Date.now() / 1000) + 3600)
  await storeSignatures(
    payouts.map((payout) => ({
      ...payout,
      authorization: { nonce: hexOf(payout.id), validBefore, signature },
    })),
    { paid: [] },
  )
}

async function confirm(payouts: readonly DuePayout[]): Promise<void> {
  if (payouts.length === 0) return
  const seen = { txHash: hexOf('mined'), blockNumber: BLOCK, confirmations: 3 }
  await movePayouts(payouts.map((payout) => ({ payout, from: 'succeeded', to: 'confirmed', changes: seen })))
  await observePayouts(payouts.map((payout) => ({ ...payout, ...seen, isFinal: true })))
}
