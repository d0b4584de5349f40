import { type BlockSource, type RangeLogs, toChainError } from '@/server/chain'
import { nextRangeSize, RANGE_BLOCKS } from './watcher'

type Attempt = { ok: true; range: RangeLogs } | { ok: false; error: unknown }

type RangeReader = {
  /** The ranges from `from` to `to`, each as wide as the node bears; the next one is read while one is being written. */
  read: (wanted: { from: bigint; to: bigint; signal: AbortSignal }) => AsyncGenerator<RangeLogs>
}

/** The size is kept between calls: what a provider bears does not change with a retry. */
export function createRangeReader({ source }: { source: BlockSource }): RangeReader {
  let size: number = RANGE_BLOCKS.first

  // Settles always: a range that fails while the one before is written must not be an unhandled rejection.
  async function attempt(from: bigint, last: bigint): Promise<Attempt> {
    for (;;) {
      const end = from + BigInt(size) - 1n
      const to = end < last ? end : last
      try {
        const range = await source.readRangeLogs({ from, to })
        size = nextRangeSize(size, { type: 'read', logs: range.logs.length })
        return { ok: true, range }
      } catch (error) {
        const isRefused = toChainError(error).kind === 'too_large'
        // A range that times out may be too wide as well; the caller comes back with a smaller one.
        size = nextRangeSize(size, { type: 'refused' })
        if (!isRefused || to === from) return { ok: false, error }
      }
    }
  }

  return {
    async *read({ from, to, signal }) {
      let next: Promise<Attempt> | null = attempt(from, to)
      while (next && !signal.aborted) {
        const current: Attempt = await next
        if (!current.ok) throw current.error
        const range: RangeLogs = current.range
        next = range.to < to ? attempt(range.to + 1n, to) : null
        yield range
      }
    },
  }
}
