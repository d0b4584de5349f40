import { SECOND_ENDPOINT_ABOVE_ATOMIC } from '@/domain/deposits'
import { describeRpcError, hasSecondEndpoint, readAuthorizationsByEach } from '@/server/chain'
import { log } from '@/server/core/log'
import { keyOf } from './authorization-key'
import type { DuePayout } from './due-payout'

/** An endpoint that has not answered is left alone for so long: it must not hold up each round. */
const PAUSE_MILLISECONDS = 3_000

let silentUntil = 0

/** One endpoint's word does not do for a large amount where there are two. */
export function needsBoth({ amount }: { amount: bigint }): boolean {
  return amount > SECOND_ENDPOINT_ABOVE_ATOMIC && hasSecondEndpoint()
}

/** What `look` asks of each endpoint, or null while one of them does not answer: then nothing is known of what needs both. */
export async function askBoth<T>(look: () => Promise<T>): Promise<T | null> {
  if (performance.now() < silentUntil) return null
  try {
    return await look()
  } catch (error) {
    silentUntil = performance.now() + PAUSE_MILLISECONDS
    log.warn({ error: describeRpcError(error) }, 'an endpoint does not answer; large payouts wait for it')
    return null
  }
}

/** Of payouts that one endpoint calls paid before they were signed, those for which its word does, or each says so. */
export async function keepUsed(payouts: readonly DuePayout[]): Promise<DuePayout[]> {
  const large = payouts.filter(needsBoth)
  if (large.length === 0) return [...payouts]
  const answers = await askBoth(() => readAuthorizationsByEach(large.map(keyOf)))
  const agreed = large.filter((_, index) => answers?.every(({ used }) => used[index] === true))
  return payouts.filter((payout) => !large.includes(payout) || agreed.includes(payout))
}
