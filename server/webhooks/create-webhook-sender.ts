import { setTimeout as sleep } from 'node:timers/promises'
import { fetchOutbound } from '@/server/outbound'
import { claimDeliveries, fanOutEvents, recordTries, type TryResult } from './queue-repository'
import { type CallStranger, tryDelivery } from './try-delivery'

/** Of one process. Waiting for strangers costs a socket each, not a thread. */
const IN_FLIGHT = 128
/** Over all workers: two for an endpoint, so that a slow one keeps its own messages waiting and nobody else's. */
const PER_TARGET = 2
/** Over all workers, half of it for payouts' own addresses: 20 endpoints have room in it even when some hang. A claim lets no workspace take more than it leaves free. */
const PER_WORKSPACE = 48
/** Longer than a try takes, and its record. Whose lease ran out is sent again: at least once. */
const LEASE_SECONDS = 30
const EVENTS_AT_ONCE = 500
const FAN_OUT_MILLISECONDS = 100
const POLL_MILLISECONDS = 500
/** At the end, for what is under way; what takes longer is sent again by another worker. */
const DRAIN_MILLISECONDS = 5_000

export type WebhookSender = {
  /** Sends what is due until `signal` aborts. An error of the database leaves nothing undone: run it again. */
  run: (signal: AbortSignal) => Promise<void>
  /** Looks at once instead of with the next round. */
  wake: () => void
}

/** Fans events out and sends what is due, many at a time and fairly among workspaces and their endpoints. Any number of them may run. */
export function createWebhookSender({ call = fetchOutbound }: { call?: CallStranger } = {}): WebhookSender {
  const underWay = new Set<Promise<void>>()
  const finished: TryResult[] = []
  let fanOutAt = 0
  let noteChange = () => {}

  const record = async () => {
    const results = [...finished]
    if (results.length === 0) return
    await recordTries(results)
    finished.splice(0, results.length)
  }

  const fanOut = async () => {
    if (performance.now() < fanOutAt) return
    while ((await fanOutEvents({ limit: EVENTS_AT_ONCE })) === EVENTS_AT_ONCE);
    fanOutAt = performance.now() + FAN_OUT_MILLISECONDS
  }

  const claim = async () => {
    const limit = IN_FLIGHT - underWay.size
    if (limit <= 0) return
    const bounds = { limit, perTarget: PER_TARGET, perWorkspace: PER_WORKSPACE, leaseSeconds: LEASE_SECONDS }
    for (const delivery of await claimDeliveries(bounds)) {
      const trying = tryDelivery(delivery, call).then((result) => {
        underWay.delete(trying)
        finished.push(result)
        noteChange()
      })
      underWay.add(trying)
    }
  }

  const round = async () => {
    const changed = new Promise<void>((resolve) => {
      noteChange = resolve
    })
    await record()
    await fanOut()
    await claim()
    if (finished.length === 0) await waitFor(changed, POLL_MILLISECONDS)
  }

  return {
    run: async (signal) => {
      const stop = () => noteChange()
      signal.addEventListener('abort', stop, { once: true })
      try {
        while (!signal.aborted) await round()
        await waitFor(Promise.all(underWay), DRAIN_MILLISECONDS)
        await record()
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
    wake: () => {
      fanOutAt = 0
      noteChange()
    },
  }
}

/** Until it happens, at most so long. */
async function waitFor(happening: Promise<unknown>, milliseconds: number): Promise<void> {
  const timer = new AbortController()
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).catch(() => {})
  await Promise.race([happening, late])
  timer.abort()
}
