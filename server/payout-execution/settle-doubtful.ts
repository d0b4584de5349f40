import { RELAY_CONFIRMATIONS } from '@/domain/networks'
import { isTimedOut } from '@/domain/payout-status'
import {
  type AuthorizationsState,
  readAuthorizationsAtFinalByEach,
  readDepthsByEach,
  type SeenTransfer,
} from '@/server/chain'
import { ENDED, type Next, waitFor } from '@/server/relayer'
import { keyOf, wantedOf } from './authorization-key'
import type { Decisions, SignedPayout } from './due-payout'
import { type Observation, observePayouts } from './due-payout-repository'
import { endDead, walkTo } from './payout-moves'
import { type Move, movePayouts } from './payout-step-repository'
import { clearReorganised } from './report-payout'
import { askBoth } from './second-look'

const WATCH_SECONDS = 5
const LOOK_AGAIN_SECONDS = 5
const NEXT_BLOCK_SECONDS = 1

/** What ends the life of a large payout, or its watch, by one endpoint's word: each has to say it by itself. */
export type Doubtful =
  | { kind: 'paid'; payout: SignedPayout; found: SeenTransfer; observation: Observation }
  | { kind: 'cancelled'; payout: SignedPayout; found: SeenTransfer }
  | { kind: 'dead'; payout: SignedPayout; reason: string }

type DoubtfulOf<Kind extends Doubtful['kind']> = Extract<Doubtful, { kind: Kind }>

const FOR_GOOD = 'reorganised_for_good'

/** A confirmed payment that the chain took back, and that nobody can make any more. */
export const GONE = waitFor(FOR_GOOD, 60)

/**
 * Confirms, calls final and ends what every endpoint shows; the rest goes on waiting for `second_endpoint`. The last step of a round: an
 * endpoint that does not answer holds up nothing else.
 */
export async function settleDoubtful(doubtful: readonly Doubtful[], decisions: Decisions): Promise<void> {
  if (doubtful.length === 0) return
  const seen = doubtful.filter((one) => one.kind !== 'dead')
  const unsure = doubtful.filter((one) => one.kind !== 'paid' || one.observation.isFinal)
  const [depths, states] = await Promise.all([
    seen.length > 0 ? askBoth(() => readDepthsByEach(seen.map(claimOf))) : null,
    unsure.length > 0
      ? askBoth(() => readAuthorizationsAtFinalByEach(unsure.map(({ payout }) => keyOf(payout))))
      : null,
  ])
  for (const one of doubtful) decisions.set(one.payout.id, waitUnproven(one, states !== null))
  const depthOf = ({ payout }: Doubtful) => depths?.get(payout.authorization.nonce) ?? 0
  const proven = unsure.filter((one, index) => states !== null && isProvenBy(states, one, index))
  const isSeen = (one: Doubtful): one is DoubtfulOf<'paid'> => one.kind === 'paid' && depthOf(one) > 0
  const paid = doubtful.filter(isSeen).filter((one) => depthOf(one) >= RELAY_CONFIRMATIONS)
  const shallow = doubtful.filter(isSeen).filter((one) => !paid.includes(one))
  const final = paid.filter((one) => proven.includes(one))
  const cancelled = proven.filter((one) => one.kind === 'cancelled' && depthOf(one) > 0)
  const dead = proven.filter((one) => one.kind === 'dead')
  await movePayouts([
    ...paid.flatMap(confirm),
    ...cancelled.flatMap(({ payout }) => endDead(payout, CANCELLED)),
    ...dead.flatMap(({ payout, reason }) => endDead(payout, reason)),
  ])
  await observePayouts(
    paid.map((one) => ({ ...one.payout, ...one.observation, isFinal: final.includes(one) })),
  )
  await clearReorganised(final.map(({ payout }) => payout.id))
  // The next blocks of an endpoint that is behind are all that is missing.
  for (const { payout } of shallow) decisions.set(payout.id, waitFor(null, NEXT_BLOCK_SECONDS))
  // One endpoint's final block may be minutes behind the other's: that is no fault of either.
  const isWaited = ({ observation }: DoubtfulOf<'paid'>) => !observation.isFinal || states !== null
  for (const { payout } of paid.filter(isWaited)) decisions.set(payout.id, waitFor(null, WATCH_SECONDS))
  for (const { payout } of [...final, ...cancelled, ...dead]) decisions.set(payout.id, ENDED)
  for (const { payout } of dead.filter(isConfirmed)) decisions.set(payout.id, GONE)
}

const isConfirmed = ({ payout }: Doubtful) => payout.status === 'confirmed'

/** What was confirmed and then taken back stays called gone while an endpoint is away, and is undecided while one does not say so. */
function waitUnproven(one: Doubtful, hasAnswers: boolean): Next {
  if (one.kind !== 'dead' || !isConfirmed(one)) return waitFor('second_endpoint', LOOK_AGAIN_SECONDS)
  const isKnownGone = !hasAnswers && one.payout.waitingFor === FOR_GOOD
  return isKnownGone ? GONE : waitFor('proof_of_expiry', LOOK_AGAIN_SECONDS)
}

/** Only the wallet's own key can cancel. */
export const CANCELLED = 'authorization_expired:cancelled'

function claimOf({ payout, found }: DoubtfulOf<'paid' | 'cancelled'>) {
  return { wanted: wantedOf(payout), found }
}

function isProvenBy(states: readonly AuthorizationsState[], one: Doubtful, index: number): boolean {
  if (one.kind === 'cancelled') return states.every(({ used }) => used[index] === true)
  if (one.kind === 'paid') {
    const { blockNumber } = one.observation
    return states.every((state) => state.used[index] === true && state.blockNumber >= blockNumber)
  }
  const { validBefore } = one.payout.authorization
  return states.every(({ used, timestamp }) => used[index] === false && timestamp >= validBefore)
}

/** The round has brought it to `succeeded` already, on one endpoint's word; one that is confirmed is only called final. */
function confirm({ payout, observation }: DoubtfulOf<'paid'>): Move[] {
  if (payout.status === 'confirmed') return []
  const isLate = isTimedOut(payout.status, payout.failureReason)
  return walkTo(isLate ? payout : { ...payout, status: 'succeeded' }, 'confirmed', observation)
}
