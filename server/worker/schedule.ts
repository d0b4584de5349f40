import { type CronItem, parseCronItems, type TaskList } from 'graphile-worker'
import { pruneBlocksTask } from './tasks/prune-blocks'
import { reconcilePoolsTask } from './tasks/reconcile-pools'
import { sweepSignInsTask } from './tasks/sweep-sign-ins'

export const taskList: TaskList = {
  'reconcile-pools': reconcilePoolsTask,
  'sweep-sign-ins': sweepSignInsTask,
  'prune-blocks': pruneBlocksTask,
}

// One try each: the next turn is the retry, and a job key keeps turns that were missed from piling up.
const turn = (task: string, match: string): CronItem => ({
  task,
  match,
  identifier: task,
  options: { backfillPeriod: 0, maxAttempts: 1, jobKey: task },
})

export const schedule = parseCronItems([
  turn('reconcile-pools', '*/3 * * * *'),
  turn('prune-blocks', '*/10 * * * *'),
  turn('sweep-sign-ins', '17 * * * *'),
])
