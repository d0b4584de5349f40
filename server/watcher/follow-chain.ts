import type { BlockHeader, BlockSource } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { type StoredCursor, setBackfillTarget } from './cursor-repository'
import { ChainReplaced, openCursor } from './open-cursor'
import { createRangeReader } from './read-ranges'
import { findFork, rollBack } from './roll-back'
import { readWatchedLogs } from './watched-events'
import { type BlockRef, connects, decideFork, planStep } from './watcher'
import { writeBlock, writeRange } from './write-blocks'

export type StepResult = { type: 'idle' | 'stale' | 'advanced' | 'rolled_back'; head: bigint }

export type Follower = {
  /** Does what the chain asks for next. Throws `ChainError`, `CursorMoved`, `ChainReplaced`, or what the database throws. */
  step: (signal: AbortSignal) => Promise<StepResult>
  /** Forgets what is in memory: the next step starts from the database. */
  reset: () => void
}

/** Reads the chain into the ledger, step by step. All that matters is in the database; any instance can go on. */
export function createFollower({
  source,
  onReorg = async () => {},
  onProgress = () => {},
}: {
  source: BlockSource
  /** Called before anything is taken back, to make sure that this is still the right chain. */
  onReorg?: () => Promise<void>
  /** Called after each write with the block that the ledger has reached. */
  onProgress?: (head: bigint) => void
}): Follower {
  const { chainId } = env().NETWORK
  const ranges = createRangeReader({ source })
  let cursor: StoredCursor | null = null
  let suspected: BlockRef | null = null
  let isBackfillShown = true
  let isStart = true

  async function lookForFork(at: StoredCursor, nodeHead: BlockHeader): Promise<StepResult> {
    const decision = decideFork({ cursor: at, fork: await findFork({ source }), nodeHead: nodeHead.number })
    if (decision.type === 'other_chain') {
      throw new ChainReplaced(
        `Block ${at.base.number}, where this database begins, is not on the chain any more. Bring back the chain's state, or start with an empty database.`,
      )
    }
    if (decision.type !== 'reorg') return { type: 'stale', head: at.head.number }
    await onReorg()
    // Final events are taken back only when two rounds agree: one wrong answer must not rewrite the ledger.
    if (decision.isDeep && suspected?.hash !== decision.fork.hash) {
      suspected = decision.fork
      return { type: 'stale', head: at.head.number }
    }
    suspected = null
    cursor = await rollBack({ cursor: at, reorg: decision, source, nodeHead })
    return { type: 'rolled_back', head: cursor.head.number }
  }

  async function followBlocks(
    at: StoredCursor,
    nodeHead: BlockHeader,
    signal: AbortSignal,
  ): Promise<StepResult> {
    let current = at
    while (current.head.number < nodeHead.number && !signal.aborted) {
      const number = current.head.number + 1n
      const header = number === nodeHead.number ? nodeHead : await source.readBlock(number)
      if (!header) return { type: 'stale', head: current.head.number }
      if (!connects(current, header)) return lookForFork(current, nodeHead)
      const read = readWatchedLogs(await source.readBlockLogs(header))
      current = await writeBlock({ cursor: current, header, read })
      cursor = current
      onProgress(number)
    }
    return { type: 'advanced', head: current.head.number }
  }

  async function backfill(at: StoredCursor, nodeHead: BlockHeader, to: bigint, signal: AbortSignal) {
    let current = at
    await setBackfillTarget(chainId, to)
    isBackfillShown = true
    const progress = startProgress({ from: at.head.number + 1n, to })
    for await (const range of ranges.read({ from: at.head.number + 1n, to, signal })) {
      const first = range.headers.get(range.from)
      if (!first || !connects(current, first)) return lookForFork(current, nodeHead)
      const written = await writeRange({ cursor: current, range, read: readWatchedLogs(range.logs) })
      current = written.cursor
      cursor = current
      progress(range.to, written.count)
      onProgress(range.to)
    }
    return { type: 'advanced' as const, head: current.head.number }
  }

  return {
    reset: () => {
      cursor = null
    },
    step: async (signal) => {
      cursor ??= await openCursor({ source, isStart })
      isStart = false
      const nodeHead = await source.readHead()
      const plan = planStep({ cursor, nodeHead })
      if (plan.type === 'range') return backfill(cursor, nodeHead, plan.to, signal)
      if (isBackfillShown) await setBackfillTarget(chainId, null)
      isBackfillShown = false
      if (plan.type === 'blocks') return followBlocks(cursor, nodeHead, signal)
      if (plan.type === 'look_for_fork') return lookForFork(cursor, nodeHead)
      return { type: 'idle', head: cursor.head.number }
    },
  }
}

const PROGRESS_MILLISECONDS = 2_000

function startProgress({ from, to }: { from: bigint; to: bigint }) {
  const started = performance.now()
  let shown = started
  let events = 0
  log.info({ from, to }, 'backfill starts')
  return (block: bigint, count: number) => {
    events += count
    const now = performance.now()
    if (block < to && now - shown < PROGRESS_MILLISECONDS) return
    shown = now
    const seconds = (now - started) / 1000
    const percent = Number(((block - from + 1n) * 1000n) / (to - from + 1n)) / 10
    log.info({ block, to, percent, events, eventsPerSecond: Math.round(events / seconds) }, 'backfill')
  }
}
