import type { Task } from 'graphile-worker'
import { checkPayouts } from '@/server/checker'

/** Proves payouts against mandates, timelines and the chain; what does not hold becomes an alarm and stops its workspace. */
export const checkPayoutsTask: Task = async () => {
  await checkPayouts()
}

/** The same over every payout there ever was. */
export const checkAllPayoutsTask: Task = async () => {
  await checkPayouts({ isFull: true })
}
