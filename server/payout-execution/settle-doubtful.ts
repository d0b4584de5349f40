import { isTimedOut } from '@/domain/payout-status'
import {
  type AuthorizationsState,
  type AuthorizedTransfer,
  listSeenByEach,
  readAuthorizationsAtFinalByEach,
} from '@/server/chain'
import { ENDED, waitFor } from '@/server/relayer'
import { keyOf, wantedOf } from './authorization-key'
import type { Decisions, SignedPayout } from './due-payout'
import { type Observation, observePayouts } from './due-payout-repository'
import { endDead, walkTo } from './payout-moves'
import { type Move, movePayouts } from './payout-step-repository'
import { askBoth } from './second-look'

const WATCH_SECONDS = 5
const LOOK_AGAIN_SECONDS = 5

/** What ends the life of a large payout, by one endpoint's word: each has to say it by itself. */
export type Doubtful =
  | { kind: 'paid'; payout: SignedPayout; found: AuthorizedTransfer; observation: Observation }
  | { kind: 'cancelled'; payout: SignedPayout; found: AuthorizedTransfer }
  | { kind: 'dead'; payout: SignedPayout; reason: string }

type DoubtfulOf<Kind extends Doubtful['kind']> = Extract<Doubtful, { kind: Kind }>

/**
 * Confirms and ends what every endpoint shows; the rest goes on waiting for `second_endpoint`. The last step of a round: an endpoint
 * that does not answer holds up nothing else.
 */
export async function settleDoubtful(doubtful: readonly Doubtful[], decisions: Decisions): Promise<void> {
  if (doubtful.length === 0) return
  for (const { payout } of doubtful) decisions.set(payout.id, waitFor('second_endpoint', LOOK_AGAIN_SECONDS))
  const seen = doubtful.filter((one) => one.kind !== 'dead')
  const unsure = doubtful.filter((one) => one.kind !== 'paid')
  const [agreed, states] = await Promise.all([
    seen.length > 0 ? askBoth(() => listSeenByEach(seen.map(claimOf))) : null,
    unsure.length > 0
      ? askBoth(() => readAuthorizationsAtFinalByEach(unsure.map(({ payout }) => keyOf(payout))))
      : null,
  ])
  const isAgreed = ({ payout }: Doubtful) => agreed?.has(payout.authorization.nonce) === true
  const proven = unsure.filter((one, index) => states !== null && isProvenBy(states, one, index))
  const paid = doubtful.filter((one): one is DoubtfulOf<'paid'> => one.kind === 'paid' && isAgreed(one))
  const cancelled = proven.filter((one) => one.kind === 'cancelled' && isAgreed(one))
  const dead = proven.filter((one) => one.kind === 'dead')
  await movePayouts([
    ...paid.flatMap(confirm),
    ...cancelled.flatMap(({ payout }) => endDead(payout, CANCELLED)),
    ...dead.flatMap(({ payout, reason }) => endDead(payout, reason)),
  ])
  await observePayouts(paid.map(({ payout, observation }) => ({ ...payout, ...observation })))
  for (const { payout } of paid) decisions.set(payout.id, waitFor(null, WATCH_SECONDS))
  for (const { payout } of [...cancelled, ...dead]) decisions.set(payout.id, ENDED)
}

/** Only the wallet's own key can cancel. */
export const CANCELLED = 'authorization_expired:cancelled'

function claimOf({ payout, found }: DoubtfulOf<'paid' | 'cancelled'>) {
  return { wanted: wantedOf(payout), found }
}

function isProvenBy(states: readonly AuthorizationsState[], one: Doubtful, index: number): boolean {
  if (one.kind !== 'dead') return states.every(({ used }) => used[index] === true)
  const { validBefore } = one.payout.authorization
  return states.every(({ used, timestamp }) => used[index] === false && timestamp >= validBefore)
}

/** The round has brought it to `succeeded` already, on one endpoint's word. */
function confirm({ payout, observation }: DoubtfulOf<'paid'>): Move[] {
  const isLate = isTimedOut(payout.status, payout.failureReason)
  return walkTo(isLate ? payout : { ...payout, status: 'succeeded' }, 'confirmed', observation)
}
