import type { Task } from 'graphile-worker'
import { env } from '@/server/core/env'
import { advancePayouts, expirePayouts } from '@/server/payout-execution'

/** A round over due payouts, now. A worker without relayer keys leaves them to others. */
export async function advanceDuePayouts(): Promise<void> {
  if (env().RELAYER_PRIVATE_KEYS.length === 0) return
  await advancePayouts()
}

/** What `wakeWorker` asks for: the same without waiting for the sweep. */
export const advancePayoutsTask: Task = async () => {
  await advanceDuePayouts()
}

/** Ends what nobody approved or signed in time. */
export async function expireDuePayouts(): Promise<void> {
  await expirePayouts()
}
