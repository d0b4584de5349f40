import { EVENT_RETENTION_DAYS } from '@/domain/webhook'
import { deleteOldEvents } from './queue-repository'

const EVENTS_AT_ONCE = 1_000

/** Removes events older than 30 days that nothing is under way of, with their deliveries, in batches; answers how many. */
export async function forgetOldEvents(): Promise<number> {
  let forgotten = 0
  for (;;) {
    const count = await deleteOldEvents({ days: EVENT_RETENTION_DAYS, limit: EVENTS_AT_ONCE })
    forgotten += count
    if (count < EVENTS_AT_ONCE) return forgotten
  }
}
