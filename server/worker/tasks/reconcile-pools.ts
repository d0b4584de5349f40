import type { Task } from 'graphile-worker'
import { reconcilePools } from '@/server/watcher'

/** Compares every pool with the chain; differences become alarms. */
export const reconcilePoolsTask: Task = async () => {
  await reconcilePools()
}
