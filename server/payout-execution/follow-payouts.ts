import { SECOND_ENDPOINT_ABOVE_ATOMIC } from '@/domain/deposits'
import { confirmationsOf, RELAY_CONFIRMATIONS } from '@/domain/networks'
import {
  type AuthorizedTransfer,
  findAuthorizedTransfers,
  hasSecondEndpoint,
  isTransferSeenTwice,
  readAuthorizations,
  readAuthorizationsAtFinal,
} from '@/server/chain'
import { ENDED, waitFor } from '@/server/relayer'
import type { Decisions, SignedPayout } from './due-payout'
import { type Observation, observePayouts } from './due-payout-repository'
import { judgeUnpaid } from './judge-unpaid'
import { endDead, walkTo } from './payout-moves'
import { type Move, movePayouts } from './payout-step-repository'
import { clearReorganised, reportReorganised } from './report-payout'

const LOOK_AGAIN_SECONDS = 5
/** A block takes two seconds. */
const NEXT_BLOCK_SECONDS = 1
/** A confirmed payment is looked at less often until it is final, and a deep one seldom. */
const WATCH_SECONDS = 5
const DEEP_CONFIRMATIONS = 20
const WATCH_DEEP_SECONDS = 60

/**
 * Looks at what became of signed payouts on the chain: confirms what is three blocks deep, whoever sent it, ends what is provably
 * dead, and answers what should be sent, now or again.
 */
export async function followPayouts(
  due: readonly SignedPayout[],
  decisions: Decisions,
): Promise<SignedPayout[]> {
  if (due.length === 0) return []
  const keys = due.map(keyOf)
  const [{ used, timestamp, blockNumber }, final] = await Promise.all([
    readAuthorizations(keys),
    readAuthorizationsAtFinal(keys),
  ])
  const isPaid = (index: number) => used[index] === true
  const usedOnes = due.flatMap((payout, index) =>
    isPaid(index) ? [{ payout, isUsedAtFinal: final.used[index] === true }] : [],
  )
  await followUsed(usedOnes, final.blockNumber, decisions)
  const unused = due.flatMap((payout, index) =>
    isPaid(index) ? [] : [{ payout, isUsedAtFinal: final.used[index] === true }],
  )
  await reportReorganised(unused.map(({ payout }) => payout).filter(({ status }) => status === 'confirmed'))
  return judgeUnpaid(unused, { now: timestamp, finalTime: final.timestamp, block: blockNumber }, decisions)
}

function keyOf({ from, authorization }: SignedPayout) {
  return { authorizer: from, nonce: authorization.nonce }
}

type Used = { payout: SignedPayout; isUsedAtFinal: boolean }

/** The nonce is used: whoever sent it, it is paid once its logs are deep enough, and over once they are final. */
async function followUsed(used: readonly Used[], finalBlock: bigint, decisions: Decisions): Promise<void> {
  if (used.length === 0) return
  const { head, byNonce } = await findAuthorizedTransfers(used.map(({ payout }) => wantedOf(payout)))
  const moves: Move[] = []
  const observed: (SignedPayout & Observation)[] = []
  for (const { payout, isUsedAtFinal } of used) {
    const found: AuthorizedTransfer = byNonce.get(payout.authorization.nonce) ?? { kind: 'missing' }
    if (found.kind === 'missing') decisions.set(payout.id, waitFor('logs', NEXT_BLOCK_SECONDS))
    else if (found.kind === 'cancelled') moves.push(...endCancelled(payout, isUsedAtFinal, decisions))
    else {
      const confirmations = confirmationsOf(found.blockNumber, head)
      const observation = {
        txHash: found.txHash,
        blockNumber: found.blockNumber,
        confirmations,
        isFinal: isUsedAtFinal && found.blockNumber <= finalBlock,
      }
      const isDeep = confirmations >= RELAY_CONFIRMATIONS
      if (isDeep && !(await isAgreed(payout, found))) {
        decisions.set(payout.id, waitFor('second_endpoint', LOOK_AGAIN_SECONDS))
        continue
      }
      moves.push(...walkTo(payout, isDeep ? 'confirmed' : 'succeeded', observation))
      observed.push({ ...payout, ...observation })
      const watchSeconds = confirmations < DEEP_CONFIRMATIONS ? WATCH_SECONDS : WATCH_DEEP_SECONDS
      const seconds = isDeep ? watchSeconds : NEXT_BLOCK_SECONDS
      decisions.set(payout.id, observation.isFinal ? ENDED : waitFor(null, seconds))
    }
  }
  await movePayouts(moves)
  await observePayouts(observed)
  await clearReorganised(observed.filter(({ isFinal }) => isFinal).map(({ id }) => id))
}

function wantedOf({ from, to, amount, createdAt, authorization }: SignedPayout) {
  return { from, to, amount, nonce: authorization.nonce, since: createdAt }
}

/** One endpoint's word does not do for a large amount where there are two. */
async function isAgreed(
  payout: SignedPayout,
  found: { txHash: `0x${string}`; blockNumber: bigint },
): Promise<boolean> {
  if (payout.status === 'confirmed' || payout.amount <= SECOND_ENDPOINT_ABOVE_ATOMIC) return true
  return !hasSecondEndpoint() || isTransferSeenTwice(wantedOf(payout), found)
}

/** Only the wallet's own key can cancel; like a payment it counts when it is final. */
function endCancelled(payout: SignedPayout, isFinal: boolean, decisions: Decisions): Move[] {
  if (!isFinal) {
    decisions.set(payout.id, waitFor('proof_of_cancellation', LOOK_AGAIN_SECONDS))
    return []
  }
  decisions.set(payout.id, ENDED)
  return endDead(payout, 'authorization_expired:cancelled')
}
