import { isTimedOut } from '@/domain/payout-status'
import { getTransactionReceipt } from '@/server/chain'
import { ENDED, findNewestBlock, waitFor } from '@/server/relayer'
import type { Decisions, SignedPayout } from './due-payout'
import { endDead } from './payout-moves'
import { type Move, movePayouts } from './payout-step-repository'
import { needsBoth } from './second-look'
import { type Doubtful, GONE } from './settle-doubtful'

const LOOK_AGAIN_SECONDS = 5
const NEXT_BLOCK_SECONDS = 1
const REORGANISED = 'reorganised'

type Unpaid = { payout: SignedPayout; isUsedAtFinal: boolean }

/** The chain's clock in Unix seconds, at the head and at the final block, and the head's number. */
type ChainTime = { now: bigint; finalTime: bigint; block: bigint }

/** What an unused authorization means for its payout; answers those that should be sent, now or again, and those that one endpoint calls dead. */
export async function judgeUnpaid(
  unpaid: readonly Unpaid[],
  time: ChainTime,
  decisions: Decisions,
): Promise<{ sendable: SignedPayout[]; dead: Doubtful[] }> {
  const moves: Move[] = []
  const dead: Doubtful[] = []
  const sendable: SignedPayout[] = []
  for (const { payout, isUsedAtFinal } of unpaid) {
    // The head was read from a node that is behind.
    if (isUsedAtFinal) decisions.set(payout.id, waitFor(null, NEXT_BLOCK_SECONDS))
    else if (time.now >= payout.authorization.validBefore)
      moves.push(...endExpired(payout, time, { dead, decisions }))
    else if (payout.relays.open > 0) moves.push(...followOpen(payout, decisions))
    else {
      const evidence = await explainMined(payout, time.block)
      if (evidence === 'unknown') {
        decisions.set(payout.id, waitFor(REORGANISED, NEXT_BLOCK_SECONDS))
        continue
      }
      // A reverted transaction is no time-out: what it carried is sent again as soon as it would succeed.
      const late = evidence === 'reverted' ? [] : timeOut(payout)
      moves.push(...late)
      if (late.length > 0) decisions.set(payout.id, waitFor(null, NEXT_BLOCK_SECONDS))
      else sendable.push(payout)
    }
  }
  await movePayouts(moves)
  return { sendable, dead }
}

/** Past its time at a final block and unused there: nobody can use it any more. */
function endExpired(
  payout: SignedPayout,
  { finalTime }: ChainTime,
  { dead, decisions }: { dead: Doubtful[]; decisions: Decisions },
): Move[] {
  if (finalTime < payout.authorization.validBefore) {
    decisions.set(payout.id, waitFor('proof_of_expiry', LOOK_AGAIN_SECONDS))
    return timeOut(payout)
  }
  const isReverted = payout.relays.mined.length > 0 && !isTimedOut(payout.status, payout.failureReason)
  const reason = isReverted ? 'tx_reverted' : 'authorization_expired'
  if (needsBoth(payout)) {
    dead.push({ kind: 'dead', payout, reason })
    return []
  }
  // The alarm of one that was confirmed stays open: a person has to know that this payment is gone.
  decisions.set(payout.id, payout.status === 'confirmed' ? GONE : ENDED)
  return endDead(payout, reason)
}

/** `trackRelays` looks after a transaction that is on its way; once a node has it, the payout is broadcast. */
function followOpen(payout: SignedPayout, decisions: Decisions): Move[] {
  decisions.set(payout.id, waitFor(null, NEXT_BLOCK_SECONDS))
  if (payout.status === 'broadcasting' && payout.relays.accepted > 0) {
    return [{ payout, from: 'broadcasting', to: 'succeeded' }]
  }
  return timeOut(payout)
}

/** Unknown, not failed: budget and bizId stay held until the chain has proved one or the other. */
function timeOut(payout: SignedPayout): Move[] {
  if (payout.status !== 'succeeded' || !payout.isLate || payout.relays.mined.length > 0) return []
  return [{ payout, from: 'succeeded', to: 'failed', reason: 'tx_confirmation_timeout' }]
}

/**
 * What became of the transactions that are recorded as mined: `reverted` when all of them are in blocks that we have looked at,
 * `unknown` while one may have been reorganised away, since `trackRelays` then sends the same bytes again, and while the node is behind
 * their blocks: there they would be unpaid in any case.
 */
async function explainMined(payout: SignedPayout, block: bigint): Promise<'none' | 'reverted' | 'unknown'> {
  if (payout.relays.mined.length === 0) return 'none'
  const newest = await findNewestBlock(payout.relays.mined)
  if (newest === null || newest > block) return 'unknown'
  const receipts = await Promise.all(payout.relays.mined.map(getTransactionReceipt))
  if (receipts.some((receipt) => receipt && receipt.blockNumber > block)) return 'unknown'
  // Looked at before: too old to be taken up again by itself.
  return payout.waitingFor === REORGANISED || receipts.every(Boolean) ? 'reverted' : 'unknown'
}
