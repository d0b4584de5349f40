import { refundUnservedCharges } from '@/server/balance'
import { expireMandates } from '@/server/mandates'
import type { Sweep } from './start-sweep'
import { advanceDuePayouts, expireDuePayouts } from './tasks/advance-payouts'
import { deliverWebhooks } from './tasks/deliver-webhooks'
import { relayDueDeposits } from './tasks/relay-due-deposits'
import { relayDueWithdrawals } from './tasks/relay-due-withdrawals'
import { settleX402Payments } from './tasks/settle-x402-payments'
import { stockWallets } from './tasks/stock-wallets'
import { confirmDeposits, readDeposits } from './tasks/watch-deposits'

/** What every worker looks at again and again: due rows, whether or not somebody woke it. A block takes two seconds. */
export const SWEEPS: readonly Sweep[] = [
  { name: 'gasless deposits', everyMilliseconds: 1_000, work: relayDueDeposits },
  { name: 'withdrawals', everyMilliseconds: 1_000, work: relayDueWithdrawals },
  { name: 'payouts', everyMilliseconds: 1_000, work: advanceDuePayouts },
  { name: 'expired payouts', everyMilliseconds: 1_000, work: expireDuePayouts },
  { name: 'transfers to the receive address', everyMilliseconds: 1_000, work: readDeposits },
  { name: 'deposits', everyMilliseconds: 1_000, work: confirmDeposits },
  // A request waits for its x402 payment meanwhile: sent, mined and booked it has cost two of these and a block.
  { name: 'x402 payments', everyMilliseconds: 400, work: settleX402Payments },
  { name: 'expired mandates', everyMilliseconds: 15_000, work: expireMandates },
  // A workspace takes its wallet out of the stock; who finds none waits for this.
  { name: 'managed wallets', everyMilliseconds: 3_000, work: stockWallets },
  // Its round lasts until the worker stops, or the database fails.
  { name: 'webhooks', everyMilliseconds: 1_000, work: deliverWebhooks },
  // A charge waits for minutes before it counts as not served.
  { name: 'unserved charges', everyMilliseconds: 15_000, work: refundUnservedCharges },
]
