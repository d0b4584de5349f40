import { readChainEnds, readWalletSpends, type WalletSpend } from '@/server/chain'
import { findUnknownSpends, subjectOf } from './find-unknown-spends'
import { findUnpaidPayouts, payoutSubject } from './find-unpaid-payouts'
import type { Finding } from './finding'
import type { PaidPayout, Progress, Snapshot } from './snapshot-repository'

/** Read again each time, so that what an endpoint did not show yet, or a reorganisation moved, is seen later: ten minutes of Base. */
const OVERLAP_BLOCKS = 300n
const STEP_BLOCKS = 2_000n
/** After an outage a run reads at most so much; the next one goes on. */
const MOST_BLOCKS = 40_000n

export type Comparison = {
  findings: Finding[]
  /** Subjects that nothing has proven or refuted: an alarm about them stays as it is. */
  undecided: string[]
  /** What the next run begins with, once the findings are reported. */
  progress: Progress
}

type Range = { from: bigint; to: bigint }

/**
 * Compares payouts with USDC's own logs: each confirmed payout has exactly its transfer, and nothing else left a managed wallet. What
 * looks wrong is proven by its block before it counts: an endpoint that hides or invents logs alarms nobody. What cannot be proven
 * yet holds back the progress, and so is looked at until it is. Throws `ChainError`.
 */
export async function compareChain(snapshot: Snapshot): Promise<Comparison> {
  const { head, final } = await readChainEnds()
  const [main, newest] = rangesOf(snapshot, head.number)
  const spends = [
    ...(await readSpends(snapshot, main)),
    ...(newest ? await readSpends(snapshot, newest) : []),
  ]
  const overdueBefore = final.number - OVERLAP_BLOCKS
  const unknown = await findUnknownSpends(spends, { ...snapshot.progress, overdueBefore })
  const unpaid = await findUnpaidPayouts(snapshot.confirmed, { spends, final: final.number, overdueBefore })
  return {
    findings: [...unknown.findings, ...unpaid.findings],
    undecided: [...unknown.unproven.map(subjectOf), ...unpaid.undecided.map(payoutSubject)],
    progress: {
      checkedBlock: unknown.unproven.reduce(
        (block, { blockNumber }) => (blockNumber <= block ? blockNumber - 1n : block),
        main.to,
      ),
      provenUntil: provenUntil(unpaid.undecided, snapshot.confirmedUntil),
    },
  }
}

async function readSpends({ wallets }: Snapshot, { from, to }: Range): Promise<WalletSpend[]> {
  const spends: WalletSpend[] = []
  for (let start = from; start <= to; start += STEP_BLOCKS) {
    const last = start + STEP_BLOCKS - 1n
    spends.push(...(await readWalletSpends(wallets, { from: start, to: last < to ? last : to })))
  }
  return spends
}

/**
 * From what was compared before, or from the oldest payout that has to be proven; and what is newest as well while the rest is caught
 * up with or held back.
 */
function rangesOf({ progress: { checkedBlock }, confirmed }: Snapshot, head: bigint): [Range, Range | null] {
  const start = atLeastZero((checkedBlock ?? (head > STEP_BLOCKS ? head - STEP_BLOCKS : 0n)) - OVERLAP_BLOCKS)
  const oldest = confirmed.reduce(
    (block, { blockNumber, isReported }) =>
      blockNumber !== null && !isReported && blockNumber < block ? blockNumber : block,
    start,
  )
  const furthest = atLeastZero(head - MOST_BLOCKS)
  const from = smaller(start, oldest > furthest ? oldest : furthest)
  const to = smaller(start + MOST_BLOCKS, head)
  if (to === head) return [{ from, to }, null]
  const beforeHead = atLeastZero(head - OVERLAP_BLOCKS)
  return [
    { from, to },
    { from: beforeHead > to ? beforeHead : to + 1n, to: head },
  ]
}

const atLeastZero = (block: bigint) => (block > 0n ? block : 0n)
const smaller = (one: bigint, other: bigint) => (one < other ? one : other)

/** What an open alarm is about is read again as long as it is open, and holds back nothing. */
function provenUntil(undecided: readonly PaidPayout[], until: Date): Date {
  return undecided.reduce(
    (earliest, { finalizedAt, isReported }) =>
      finalizedAt !== null && !isReported && finalizedAt < earliest ? finalizedAt : earliest,
    until,
  )
}
