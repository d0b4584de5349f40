import type { Task } from 'graphile-worker'
import { deleteOldBlocks } from '@/server/watcher'

/** Removes blocks that are too old to be reorganised. */
export const pruneBlocksTask: Task = async () => {
  await deleteOldBlocks()
}
