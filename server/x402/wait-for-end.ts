import { setTimeout as sleep } from 'node:timers/promises'
import { type EndedPayment, listEnded } from './payment-repository'

/** One query for all waiting requests of the process, however many: a block takes twenty times as long. */
const POLL_MILLISECONDS = 100

type Waiting = Set<(ended: EndedPayment | null) => void>

const waiting = new Map<string, Waiting>()
let isPolling = false

/** Waits until the payment has settled or failed; null when it has not once the time is over. */
export function waitForEnd(
  id: string,
  { milliseconds }: { milliseconds: number },
): Promise<EndedPayment | null> {
  const requests = waiting.get(id) ?? new Set()
  return new Promise((resolve) => {
    const finish = (ended: EndedPayment | null) => {
      clearTimeout(timer)
      requests.delete(finish)
      if (requests.size === 0 && waiting.get(id) === requests) waiting.delete(id)
      resolve(ended)
    }
    // Asked once more: the time may be over before the first common look, and what has ended is not called pending.
    const timer = setTimeout(async () => finish((await look([id]))[0] ?? null), milliseconds)
    waiting.set(id, requests.add(finish))
    if (!isPolling) void poll()
  })
}

async function poll(): Promise<void> {
  isPolling = true
  while (waiting.size > 0) {
    for (const payment of await look([...waiting.keys()])) {
      for (const finish of [...(waiting.get(payment.id) ?? [])]) finish(payment)
    }
    await sleep(POLL_MILLISECONDS)
  }
  isPolling = false
}

// A database that is away for a moment is asked again; the requests end by their own time.
function look(ids: readonly string[]): Promise<readonly EndedPayment[]> {
  return listEnded(ids).catch(() => [])
}
