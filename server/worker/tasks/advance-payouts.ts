import type { Task } from 'graphile-worker'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { advancePayouts, expirePayouts } from '@/server/payout-execution'

/** Rounds over due payouts until none can move at once. A worker without relayer keys leaves them to others. */
export async function advanceDuePayouts(signal: AbortSignal): Promise<void> {
  if (env().RELAYER_PRIVATE_KEYS.length === 0) return
  await advancePayouts(signal)
}

/** What `wakeWorker` asks for: a round, now. It does not wait for it: while payouts keep coming, other jobs need its place. */
export const advancePayoutsTask: Task = () => {
  if (env().RELAYER_PRIVATE_KEYS.length === 0) return
  advancePayouts().catch((error: Error) => log.warn({ reason: error.message }, 'round over payouts failed'))
}

/** Ends what nobody approved or signed in time. */
export async function expireDuePayouts(): Promise<void> {
  await expirePayouts()
}
