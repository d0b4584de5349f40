import { type CronItem, parseCronItems, type TaskList } from 'graphile-worker'
import { advancePayoutsTask } from './tasks/advance-payouts'
import { checkLedgerTask } from './tasks/check-ledger'
import { checkAllPayoutsTask, checkPayoutsTask } from './tasks/check-payouts'
import { deliverWebhooksTask } from './tasks/deliver-webhooks'
import { forgetChargeKeysTask } from './tasks/forget-charge-keys'
import { forgetWebhooksTask } from './tasks/forget-webhooks'
import { pruneBlocksTask } from './tasks/prune-blocks'
import { reconcilePoolsTask } from './tasks/reconcile-pools'
import { rotateJwtKeysTask } from './tasks/rotate-jwt-keys'
import { sweepAgentsTask } from './tasks/sweep-agents'
import { sweepSignInsTask } from './tasks/sweep-sign-ins'

export const taskList: TaskList = {
  'advance-payouts': advancePayoutsTask,
  'check-ledger': checkLedgerTask,
  'check-payouts': checkPayoutsTask,
  'check-all-payouts': checkAllPayoutsTask,
  'reconcile-pools': reconcilePoolsTask,
  'sweep-sign-ins': sweepSignInsTask,
  'prune-blocks': pruneBlocksTask,
  'forget-charge-keys': forgetChargeKeysTask,
  'rotate-jwt-keys': rotateJwtKeysTask,
  'sweep-agents': sweepAgentsTask,
  'deliver-webhooks': deliverWebhooksTask,
  'forget-webhooks': forgetWebhooksTask,
}

// One try each: the next turn is the retry, and a job key keeps turns that were missed from piling up.
const turn = (task: string, match: string): CronItem => ({
  task,
  match,
  identifier: task,
  options: { backfillPeriod: 0, maxAttempts: 1, jobKey: task },
})

export const schedule = parseCronItems([
  turn('check-ledger', '*/5 * * * *'),
  turn('check-payouts', '* * * * *'),
  turn('check-all-payouts', '12 4 * * *'),
  turn('reconcile-pools', '*/3 * * * *'),
  turn('prune-blocks', '*/10 * * * *'),
  turn('sweep-sign-ins', '17 * * * *'),
  turn('forget-charge-keys', '41 * * * *'),
  turn('forget-webhooks', '53 * * * *'),
  turn('rotate-jwt-keys', '23 * * * *'),
  turn('sweep-agents', '41 3 * * *'),
])
