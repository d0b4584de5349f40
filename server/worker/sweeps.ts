import { refundUnservedCharges } from '@/server/balance'
import type { Sweep } from './start-sweep'
import { relayDueDeposits } from './tasks/relay-due-deposits'
import { relayDueWithdrawals } from './tasks/relay-due-withdrawals'
import { settleX402Payments } from './tasks/settle-x402-payments'
import { confirmDeposits, readDeposits } from './tasks/watch-deposits'

/** What every worker looks at again and again: due rows, whether or not somebody woke it. A block takes two seconds. */
export const SWEEPS: readonly Sweep[] = [
  { name: 'gasless deposits', everyMilliseconds: 1_000, work: relayDueDeposits },
  { name: 'withdrawals', everyMilliseconds: 1_000, work: relayDueWithdrawals },
  { name: 'transfers to the receive address', everyMilliseconds: 1_000, work: readDeposits },
  { name: 'deposits', everyMilliseconds: 1_000, work: confirmDeposits },
  // A request waits for its x402 payment meanwhile: sent, mined and booked it has cost two of these and a block.
  { name: 'x402 payments', everyMilliseconds: 400, work: settleX402Payments },
  // A charge waits for minutes before it counts as not served.
  { name: 'unserved charges', everyMilliseconds: 15_000, work: refundUnservedCharges },
]
