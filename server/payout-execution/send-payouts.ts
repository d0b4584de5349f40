import { simulateAuthorizedTransfer } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { ENDED, relayPayouts, waitFor } from '@/server/relayer'
import type { Decisions, SignedPayout } from './due-payout'
import { encodePayouts, MAX_ITEMS } from './payout-authorization'
import { movePayouts } from './payout-step-repository'

/** Simulated side by side; more only queue at the node. */
const AT_ONCE = 16
/** The chain is not asked for the same refusal more often. */
const LOOK_AGAIN_SECONDS = 5

/**
 * Sends signed payouts, all in one transaction but for those that a mined one did not pay: each of these in its own. Each is
 * simulated alone first: one that USDC would refuse now waits, because it is money until it is provably dead.
 */
export async function sendPayouts(signed: readonly SignedPayout[], decisions: Decisions): Promise<void> {
  const ready = await simulate(signed, decisions)
  const isUnpaid = ({ relays }: SignedPayout) => relays.mined.length > 0
  const again = ready.filter(isUnpaid)
  const fresh = ready.filter((payout) => !isUnpaid(payout))
  for (let start = 0; start < fresh.length; start += MAX_ITEMS) {
    await relay(fresh.slice(start, start + MAX_ITEMS), decisions)
  }
  for (const payout of again) await relay([payout], decisions)
}

async function simulate(signed: readonly SignedPayout[], decisions: Decisions): Promise<SignedPayout[]> {
  const ready: SignedPayout[] = []
  for (let start = 0; start < signed.length; start += AT_ONCE) {
    const chunk = signed.slice(start, start + AT_ONCE)
    const answers = await Promise.all(
      chunk.map(({ from, to, amount: value, authorization }) =>
        simulateAuthorizedTransfer({ from, to, value, validAfter: 0n, ...authorization }),
      ),
    )
    for (const [index, payout] of chunk.entries()) {
      const answer = answers[index]
      if (answer?.ok) ready.push(payout)
      else {
        const waitingFor = `would_revert: ${answer?.reason}`.slice(0, 300)
        decisions.set(payout.id, waitFor(waitingFor, LOOK_AGAIN_SECONDS))
      }
    }
  }
  return ready
}

/** Without those that the database refuses to be carried now: their kill switch is on, or the day's gas is spent. */
async function relay(payouts: readonly SignedPayout[], decisions: Decisions): Promise<void> {
  let carried = payouts
  while (carried.length > 0) {
    const relayed = await relayPayouts(carried, encodePayouts(carried, { usdc: env().USDC_ADDRESS }))
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
  outcome: 'sent' | 'stored' | 'busy' | 'out_of_gas',
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
