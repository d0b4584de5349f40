import type { StepResult } from './follow-chain'

type Pace = { next: (result: StepResult) => number }

/**
 * How long to wait before the head is asked for again. Blocks come in a fixed rhythm, so after one the node is left alone until
 * just before the next: that keeps an empty block at one or two calls and shows it within about one poll.
 */
export function createPace({
  pollMilliseconds,
  blockMilliseconds,
  now = () => performance.now(),
}: {
  pollMilliseconds: number
  blockMilliseconds: number
  now?: () => number
}): Pace {
  let polls = 0
  let quietUntil = 0
  return {
    next: (result) => {
      if (result.type === 'advanced') {
        polls = 0
        quietUntil = now() + blockMilliseconds - pollMilliseconds / 2
      } else {
        polls += 1
      }
      const quiet = quietUntil - now()
      if (quiet > 0) return quiet
      // A chain that pauses is asked less and less often, at most once a block time.
      const limit = Math.max(pollMilliseconds, blockMilliseconds / 2)
      return Math.min(limit, pollMilliseconds * (polls > 20 ? 5 : 1))
    },
  }
}
