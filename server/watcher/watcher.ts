import type { Hex } from 'viem'
import { EVENT_CONFIRMATIONS } from '@/domain/networks'

export type BlockRef = { number: bigint; hash: Hex }

/** How far the ledger has read the chain. */
export type Cursor = {
  /** The block before the first one read; it never changes and tells whether this is still the same chain. */
  base: BlockRef
  /** The last block read. */
  head: BlockRef
  /** The last block whose events are final. */
  finalBlock: bigint
}

/** What the chain asks of the watcher next; a reorganisation is one of the cases and not an error. */
export type ChainStep =
  | { type: 'idle' }
  /** The node is behind what was read already, on the same branch as far as can be told. */
  | { type: 'stale'; nodeHead: bigint }
  /** History: deep blocks, read many at a time straight into the final ledger. */
  | { type: 'range'; from: bigint; to: bigint }
  | { type: 'blocks'; from: bigint; to: bigint }
  /** Blocks that were read are not on the chain any more; `fork` is the newest known one that is. */
  | { type: 'reorg'; fork: BlockRef; depth: number; isDeep: boolean }
  /** Something does not fit; the fork has to be looked for. */
  | { type: 'look_for_fork' }

/**
 * Farther behind than this, history is read in ranges. At the head each block is read by its hash, which costs one to
 * three calls a block but checks every answer against the block's bloom.
 */
const MAX_BLOCKS_ONE_BY_ONE = 32n

/** The newest block whose events are final when `head` is the chain's newest: confirmations = head − block + 1. */
export function newestFinalBlock(head: bigint): bigint {
  return head - BigInt(EVENT_CONFIRMATIONS) + 1n
}

/** The higher of two blocks. */
export function laterBlock(a: bigint, b: bigint): bigint {
  if (a > b) return a
  return b
}

/** The lower of two blocks. */
export function earlierBlock(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

/** Decides what to do when the node's newest block is `nodeHead`. */
export function planStep({ cursor, nodeHead }: { cursor: Cursor; nodeHead: BlockRef }): ChainStep {
  const { head } = cursor
  if (nodeHead.number === head.number)
    return nodeHead.hash === head.hash ? { type: 'idle' } : { type: 'look_for_fork' }
  if (nodeHead.number < head.number) return { type: 'look_for_fork' }
  const from = head.number + 1n
  if (nodeHead.number - head.number <= MAX_BLOCKS_ONE_BY_ONE)
    return { type: 'blocks', from, to: nodeHead.number }
  return { type: 'range', from, to: newestFinalBlock(nodeHead.number) }
}

/** Whether a block is the child of the last one read. */
export function connects({ head }: Cursor, block: { number: bigint; parentHash: Hex }): boolean {
  return block.number === head.number + 1n && block.parentHash === head.hash
}

/**
 * Decides what a search for the fork means. `fork` is the newest known block that the node has as well, null when there is
 * none; `nodeHead` is the node's newest block.
 */
export function decideFork({
  cursor,
  fork,
  nodeHead,
}: {
  cursor: Cursor
  fork: BlockRef | null
  nodeHead: bigint
}): ChainStep | { type: 'other_chain' } {
  if (!fork) return { type: 'other_chain' }
  // A node whose newest block is a known one has lost nothing that it shows; it may simply not be there yet.
  if (fork.number === nodeHead)
    return nodeHead === cursor.head.number ? { type: 'idle' } : { type: 'stale', nodeHead }
  // All that was read still stands: the answer that did not fit was wrong, and the next one is asked for.
  if (fork.number === cursor.head.number) return { type: 'stale', nodeHead }
  return {
    type: 'reorg',
    fork,
    depth: Number(cursor.head.number - fork.number),
    isDeep: fork.number < cursor.finalBlock,
  }
}

/** Sizes of ranges by what the provider bears. */
export const RANGE_BLOCKS = { first: 2_000, min: 1, max: 10_000 } as const
const FULL_RANGE_LOGS = 5_000

/** The next range's size in blocks: half after a refusal or a crowded answer, double after a thin one. */
export function nextRangeSize(
  size: number,
  outcome: { type: 'refused' } | { type: 'read'; logs: number },
): number {
  if (outcome.type === 'refused') return Math.max(RANGE_BLOCKS.min, Math.floor(size / 2))
  if (outcome.logs > FULL_RANGE_LOGS * 2) return Math.max(RANGE_BLOCKS.min, Math.floor(size / 2))
  return outcome.logs < FULL_RANGE_LOGS ? Math.min(RANGE_BLOCKS.max, size * 2) : size
}

/** Milliseconds to wait after the nth failure in a row: doubling, with up to half of it at random so that instances spread. */
export function backoffMilliseconds(
  failures: number,
  { min, max, random = Math.random() }: { min: number; max: number; random?: number },
): number {
  const full = Math.min(max, min * 2 ** Math.max(0, failures - 1))
  return Math.round(full * (0.5 + random / 2))
}
