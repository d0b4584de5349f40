export { deleteOldBlocks } from './cursor-repository'
export { ChainReplaced } from './open-cursor'
export { reconcilePools } from './reconcile-pools'
export { startWatcher, type Watcher, type WatcherTimes } from './start-watcher'
