import { confirmationsOf, RELAY_CONFIRMATIONS } from '@/domain/networks'
import {
  type AuthorizedTransfer,
  findAuthorizedTransfers,
  readAuthorizations,
  readAuthorizationsAtFinal,
  type SeenTransfer,
} from '@/server/chain'
import { ENDED, type Next, waitFor } from '@/server/relayer'
import { keyOf, wantedOf } from './authorization-key'
import type { Decisions, SignedPayout } from './due-payout'
import { type Observation, observePayouts } from './due-payout-repository'
import { judgeUnpaid } from './judge-unpaid'
import { endDead, walkTo } from './payout-moves'
import { type Move, movePayouts } from './payout-step-repository'
import { clearReorganised, reportReorganised } from './report-payout'
import { needsBoth } from './second-look'
import { CANCELLED, type Doubtful } from './settle-doubtful'

const LOOK_AGAIN_SECONDS = 5
/** A block takes two seconds. */
const NEXT_BLOCK_SECONDS = 1
/** A confirmed payment is looked at less often until it is final, and a deep one seldom. */
const WATCH_SECONDS = 5
const DEEP_CONFIRMATIONS = 20
const WATCH_DEEP_SECONDS = 60

export type Followed = { sendable: readonly SignedPayout[]; doubtful: readonly Doubtful[] }

export const NOTHING: Followed = { sendable: [], doubtful: [] }

/**
 * Looks at what became of signed payouts on the chain: confirms what is three blocks deep, whoever sent it, ends what is provably
 * dead, and answers what should be sent, now or again, and what needs a second endpoint's word.
 */
export async function followPayouts(due: readonly SignedPayout[], decisions: Decisions): Promise<Followed> {
  if (due.length === 0) return NOTHING
  const keys = due.map(keyOf)
  const [{ used, timestamp, blockNumber }, final] = await Promise.all([
    readAuthorizations(keys),
    readAuthorizationsAtFinal(keys),
  ])
  const isPaid = (index: number) => used[index] === true
  const usedOnes = due.flatMap((payout, index) =>
    isPaid(index) ? [{ payout, isUsedAtFinal: final.used[index] === true }] : [],
  )
  const found = await followUsed(usedOnes, final.blockNumber, decisions)
  const unused = due.flatMap((payout, index) =>
    isPaid(index) ? [] : [{ payout, isUsedAtFinal: final.used[index] === true }],
  )
  const time = { now: timestamp, finalTime: final.timestamp, block: blockNumber }
  const gone = await confirmGone(unused, blockNumber, decisions)
  const { sendable, dead } = await judgeUnpaid(gone, time, decisions)
  return { sendable, doubtful: [...found, ...dead] }
}

/**
 * Without confirmed ones that only look unpaid, since the answer came from a node that is behind. Those that are gone from the chain
 * at a second look as well raise an alarm.
 */
async function confirmGone(unused: readonly Used[], block: bigint, decisions: Decisions): Promise<Used[]> {
  const taken = unused.filter(({ payout, isUsedAtFinal }) => payout.status === 'confirmed' && !isUsedAtFinal)
  if (taken.length === 0) return [...unused]
  const isBehind = ({ payout }: Used) => payout.blockNumber !== null && block < payout.blockNumber
  const again = await readAuthorizations(taken.map(({ payout }) => keyOf(payout)))
  const doubtful = taken.filter((one, index) => isBehind(one) || again.used[index] === true)
  for (const { payout } of doubtful) decisions.set(payout.id, waitFor(null, NEXT_BLOCK_SECONDS))
  await reportReorganised(taken.filter((one) => !doubtful.includes(one)).map(({ payout }) => payout))
  return unused.filter((one) => !doubtful.includes(one))
}

type Used = { payout: SignedPayout; isUsedAtFinal: boolean }

/**
 * The nonce is used: whoever sent it, it is paid once its logs are deep enough, and over once they are final. Answers what one
 * endpoint's word does not do for.
 */
async function followUsed(
  used: readonly Used[],
  finalBlock: bigint,
  decisions: Decisions,
): Promise<Doubtful[]> {
  if (used.length === 0) return []
  const { head, byNonce } = await findAuthorizedTransfers(used.map(({ payout }) => wantedOf(payout)))
  const judged = used.map((one) => {
    const found = byNonce.get(one.payout.authorization.nonce) ?? { kind: 'missing' as const }
    return { payout: one.payout, ...judgeFound(one, found, { head, finalBlock }) }
  })
  for (const { payout, next } of judged) decisions.set(payout.id, next)
  const observed = judged.flatMap(({ payout, observation }) =>
    observation ? [{ ...payout, ...observation }] : [],
  )
  await movePayouts(judged.flatMap(({ moves }) => moves ?? []))
  await observePayouts(observed)
  await clearReorganised(observed.filter(({ isFinal }) => isFinal).map(({ id }) => id))
  return judged.flatMap(({ doubt }) => doubt ?? [])
}

type Judged = { next: Next; moves?: Move[]; observation?: Observation; doubt?: Doubtful }

/** What the logs of a used authorization mean for its payout. */
function judgeFound(
  { payout, isUsedAtFinal }: Used,
  found: AuthorizedTransfer,
  { head, finalBlock }: { head: bigint; finalBlock: bigint },
): Judged {
  if (found.kind === 'missing') return { next: waitFor('logs', NEXT_BLOCK_SECONDS) }
  if (found.kind === 'cancelled') return judgeCancelled({ payout, isUsedAtFinal }, found)
  const confirmations = confirmationsOf(found.blockNumber, head)
  const isDeep = confirmations >= RELAY_CONFIRMATIONS
  const isFinal = isUsedAtFinal && found.blockNumber <= finalBlock
  const observation = { txHash: found.txHash, blockNumber: found.blockNumber, confirmations, isFinal }
  if (isDeep && payout.status !== 'confirmed' && needsBoth(payout)) {
    return {
      next: waitFor('second_endpoint', NEXT_BLOCK_SECONDS),
      moves: walkTo(payout, 'succeeded', observation),
      doubt: { kind: 'paid', payout, found, observation },
    }
  }
  const moves = walkTo(payout, isDeep ? 'confirmed' : 'succeeded', observation)
  if (isFinal && needsBoth(payout)) {
    return {
      next: waitFor('second_endpoint', NEXT_BLOCK_SECONDS),
      observation: { ...observation, isFinal: false },
      doubt: { kind: 'paid', payout, found, observation },
    }
  }
  return { next: whenToLook(observation), moves, observation }
}

/** Only the wallet's own key can cancel; like a payment it counts when it is final. */
function judgeCancelled({ payout, isUsedAtFinal }: Used, found: SeenTransfer): Judged {
  const next = waitFor('proof_of_cancellation', LOOK_AGAIN_SECONDS)
  if (!isUsedAtFinal) return { next }
  if (needsBoth(payout)) return { next, doubt: { kind: 'cancelled', payout, found } }
  return { next: ENDED, moves: endDead(payout, CANCELLED) }
}

function whenToLook({ confirmations, isFinal }: Observation): Next {
  if (isFinal) return ENDED
  if (confirmations < RELAY_CONFIRMATIONS) return waitFor(null, NEXT_BLOCK_SECONDS)
  return waitFor(null, confirmations < DEEP_CONFIRMATIONS ? WATCH_SECONDS : WATCH_DEEP_SECONDS)
}
