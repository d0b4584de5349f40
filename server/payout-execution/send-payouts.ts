import { simulateAuthorizedTransfers } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { ENDED, relayPayouts, waitFor } from '@/server/relayer'
import type { Decisions, SignedPayout } from './due-payout'
import { encodePayouts, MAX_ITEMS, payoutGasLimit } from './payout-authorization'
import { movePayouts } from './payout-step-repository'

/** The chain is not asked for the same refusal more often. */
const LOOK_AGAIN_SECONDS = 5

/**
 * Sends signed payouts, all in one transaction but for those that a mined one did not pay: each of these in its own. All are
 * simulated first: one that USDC would refuse now waits, because it is money until it is provably dead.
 */
export async function sendPayouts(signed: readonly SignedPayout[], decisions: Decisions): Promise<void> {
  // The database refuses these in any case; most of what waits for long waits for this, and the chain need not be asked.
  const gasless = signed.filter(({ isGasless }) => isGasless)
  for (const { id } of gasless) decisions.set(id, waitFor('gas_allowance', LOOK_AGAIN_SECONDS))
  const ready = await simulate(
    signed.filter(({ isGasless }) => !isGasless),
    decisions,
  )
  const isUnpaid = ({ relays }: SignedPayout) => relays.mined.length > 0
  const again = ready.filter(isUnpaid)
  const fresh = ready.filter((payout) => !isUnpaid(payout))
  for (let start = 0; start < fresh.length; start += MAX_ITEMS) {
    await relay(fresh.slice(start, start + MAX_ITEMS), decisions)
  }
  for (const payout of again) await relay([payout], decisions)
}

/** Those that USDC would accept now, asked for in one call as they would be carried. */
async function simulate(signed: readonly SignedPayout[], decisions: Decisions): Promise<SignedPayout[]> {
  const ready: SignedPayout[] = []
  for (let start = 0; start < signed.length; start += MAX_ITEMS) {
    const chunk = signed.slice(start, start + MAX_ITEMS)
    const answers = await simulateAuthorizedTransfers(
      chunk.map(({ from, to, amount: value, authorization }) => ({
        ...{ from, to, value, validAfter: 0n },
        ...authorization,
      })),
      { gas: payoutGasLimit(chunk.length) },
    )
    for (const [index, payout] of chunk.entries()) {
      const answer = answers[index]
      if (answer?.ok) ready.push(payout)
      else if (answer) {
        const waitingFor = `would_revert: ${answer.reason}`.slice(0, 300)
        decisions.set(payout.id, waitFor(waitingFor, LOOK_AGAIN_SECONDS))
      } else decisions.set(payout.id, waitFor(null, 1))
    }
  }
  return ready
}

/** Without those that the database refuses to be carried now: their kill switch is on, or the day's gas is spent. */
async function relay(payouts: readonly SignedPayout[], decisions: Decisions): Promise<void> {
  let carried = payouts
  while (carried.length > 0) {
    const relayed = await relayPayouts(carried, encodePayouts(carried, { usdc: env().USDC_ADDRESS }))
    const isTooDear = relayed.outcome === 'too_dear'
    if ((isTooDear || relayed.outcome === 'out_of_gas') && carried.length > 1) {
      // What the relayer can pay for, or may pay for one transaction, is sent; the others are signed and wait.
      const half = Math.ceil(carried.length / 2)
      const next = isTooDear ? waitFor(null, 1) : waitFor('relayer_gas', LOOK_AGAIN_SECONDS)
      for (const { id } of carried.slice(half)) decisions.set(id, next)
      carried = carried.slice(0, half)
      continue
    }
    if (relayed.outcome !== 'refused') return settle(carried, relayed.outcome, decisions)
    for (const { id, reason } of relayed.refused) {
      decisions.set(id, reason === 'lease_lost' ? ENDED : waitFor(reason, LOOK_AGAIN_SECONDS))
    }
    const refused = new Set(relayed.refused.map(({ id }) => id))
    carried = carried.filter(({ id }) => !refused.has(id))
  }
}

async function settle(
  carried: readonly SignedPayout[],
  outcome: 'sent' | 'stored' | 'busy' | 'out_of_gas' | 'too_dear',
  decisions: Decisions,
): Promise<void> {
  if (outcome !== 'sent') log.info({ payouts: carried.length, outcome }, 'payouts not on their way yet')
  // Stored is not accepted: the same bytes are sent again, and the payout is broadcast when a node has them.
  const next = outcome === 'out_of_gas' ? waitFor('relayer_gas', LOOK_AGAIN_SECONDS) : waitFor(null, 1)
  for (const { id } of carried) decisions.set(id, next)
  if (outcome !== 'sent') return
  await movePayouts(
    carried
      .filter(({ status }) => status === 'signed' || status === 'broadcasting')
      .map((payout) => ({ payout, from: 'broadcasting', to: 'succeeded' })),
  )
}
