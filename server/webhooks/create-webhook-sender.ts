import { setTimeout as sleep } from 'node:timers/promises'
import { fetchOutbound } from '@/server/outbound'
import {
  type ClaimedDelivery,
  claimTargets,
  fanOutEvents,
  type HeldTarget,
  recordTries,
  type TryResult,
} from './queue-repository'
import { type CallStranger, tryDelivery } from './try-delivery'

/** Targets of one process. Waiting for strangers costs a socket each, not a thread. A workspace takes no more than it leaves free. */
const TARGETS = 256
/** Tries under way to one target, which one worker holds at a time: a slow one keeps its own messages waiting and nobody else's. */
const PER_TARGET = 2
/** Deliveries read at once for a target: with 4 KB each, 8 MB in memory at most. */
const BATCH = 8
const LEASE_SECONDS = 30
/**
 * No try starts later than this after its claim, the rest is given back: an endpoint that a person turns off or moves gets no more for longer
 * than that, and a try, which ends within 15 s, is recorded before the lease runs out.
 */
const START_MILLISECONDS = 2_000
/** What was fanned out is under way while the next are. */
const EVENTS_AT_ONCE = 100
const LOOK_MILLISECONDS = 100
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
  const done: HeldTarget[] = []
  let isStopping = false
  let lookAt = 0
  let noteChange = () => {}

  const record = async () => {
    const results = [...finished]
    if (results.length === 0) return
    await recordTries(results)
    finished.splice(0, results.length)
  }

  const fanOut = async () => {
    lookAt = performance.now() + LOOK_MILLISECONDS
    if ((await fanOutEvents({ limit: EVENTS_AT_ONCE })) === EVENTS_AT_ONCE) lookAt = 0
  }

  const serve = (deliveries: readonly ClaimedDelivery[], startUntil: number) => {
    const isOver = () => isStopping || performance.now() >= startUntil
    const keep = (result: TryResult) => {
      finished.push(result)
      noteChange()
    }
    const serving = tryAll(deliveries, { call, isOver, keep }).then(() => {
      underWay.delete(serving)
      done.push(...deliveries.slice(0, 1))
      noteChange()
    })
    underWay.add(serving)
  }

  /** `givenBack` are recorded by now. */
  const claim = async (limit: number, givenBack: readonly HeldTarget[]) => {
    const startUntil = performance.now() + START_MILLISECONDS
    const claimed = await claimTargets({ limit, batch: BATCH, leaseSeconds: LEASE_SECONDS }, givenBack)
    done.splice(0, givenBack.length)
    for (const deliveries of byTarget(claimed)) serve(deliveries, startUntil)
  }

  const round = async () => {
    const changed = new Promise<void>((resolve) => {
      noteChange = resolve
    })
    const givenBack = [...done]
    await record()
    const isTime = performance.now() >= lookAt
    if (isTime) await fanOut()
    if (isTime || givenBack.length > 0) await claim(TARGETS - underWay.size, givenBack)
    if (finished.length === 0 && lookAt > 0) await waitFor(changed, POLL_MILLISECONDS)
  }

  return {
    run: async (signal) => {
      const stop = () => {
        isStopping = true
        noteChange()
      }
      signal.addEventListener('abort', stop, { once: true })
      isStopping = signal.aborted
      try {
        while (!signal.aborted) await round()
        await waitFor(Promise.all(underWay), DRAIN_MILLISECONDS)
        const givenBack = [...done]
        await record()
        await claim(0, givenBack)
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
    wake: () => {
      lookAt = 0
      noteChange()
    },
  }
}

type Trying = { call: CallStranger; isOver: () => boolean; keep: (result: TryResult) => void }

/** The deliveries of one target, until it is gone. */
async function tryAll(deliveries: readonly ClaimedDelivery[], { call, isOver, keep }: Trying): Promise<void> {
  const waiting = deliveries.values()
  let isGone = false
  const lane = async () => {
    while (!isGone && !isOver()) {
      const { value: delivery } = waiting.next()
      if (!delivery) return
      const result = await tryDelivery(delivery, call)
      isGone ||= result.outcome === 'gone'
      keep(result)
    }
  }
  await Promise.all(Array.from({ length: PER_TARGET }, lane))
}

function byTarget(claimed: readonly ClaimedDelivery[]): Iterable<ClaimedDelivery[]> {
  const targets = new Map<string, ClaimedDelivery[]>()
  for (const delivery of claimed) {
    const known = targets.get(delivery.target)
    if (known) known.push(delivery)
    else targets.set(delivery.target, [delivery])
  }
  return targets.values()
}

/** Until it happens, at most so long. */
async function waitFor(happening: Promise<unknown>, milliseconds: number): Promise<void> {
  const timer = new AbortController()
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).catch(() => {})
  await Promise.race([happening, late])
  timer.abort()
}
