import { setTimeout as sleep } from 'node:timers/promises'
import { describeRpcError } from '@/server/chain'
import { log } from '@/server/core/log'

export type Sweep = { name: string; everyMilliseconds: number; work: (signal: AbortSignal) => Promise<void> }

/** Repeats `work` for as long as the process lives, one round at a time. An error is logged and the next round tries again. */
export function startSweep({ name, everyMilliseconds, work }: Sweep): { stop: () => Promise<void> } {
  const controller = new AbortController()
  const { signal } = controller
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await work(signal)
      } catch (error) {
        log.warn({ sweep: name, reason: describeRpcError(error) }, 'sweep failed; it runs again')
      }
      await sleep(everyMilliseconds, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    stop: async () => {
      controller.abort()
      await running
    },
  }
}
