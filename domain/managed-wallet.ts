import * as z from 'zod'
import type { PayoutStatus } from './payout-status'
import { workspaceIdSchema } from './workspace-id'

/** An owner sends USDC of the payout wallet back to the workspace's wallet. */
export const sweepInput = z.strictObject({
  workspaceId: workspaceIdSchema.optional(),
  amountUsdc: z
    .string()
    .regex(/^[1-9]\d{0,30}$/, 'Must be atomic units of USDC as a decimal string, at least "1".'),
  /** Chosen by the caller, once per request: the same key again answers the first result. */
  idempotencyKey: z.uuid(),
})

/** The wallet that payouts leave from. Amounts in atomic units. */
export type ManagedWalletView = {
  /** Checksummed; null until the worker has given the workspace a wallet. */
  address: string | null
  /** What it holds on chain. */
  balance: string
  /** Of that, what is signed or being signed, what timed out, and what goes back to the workspace's wallet. */
  reserved: string
  /** max(0, balance − reserved): what can be paid or sent back now. */
  available: string
  /** Payouts that wait for an approval or for the worker: what it should hold beside what is reserved. */
  waiting: string
  /** Where it sends back to: the workspace's wallet. */
  toAddress: string
  /** The last sweep, while it is on its way and for a day after. */
  lastSweep: SweepView | null
}

export type SweepView = {
  payoutId: string
  status: PayoutStatus
  amount: string
  toAddress: string
  txHash: string | null
  failureReason: string | null
  /** Unix seconds. */
  createdAt: number
}
