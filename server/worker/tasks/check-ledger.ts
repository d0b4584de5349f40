import type { Task } from 'graphile-worker'
import { checkLedger } from '@/server/deposits'

/** Proves the ledger of balances against itself and the chain; what does not hold becomes an alarm. */
export const checkLedgerTask: Task = async () => {
  await checkLedger()
}
