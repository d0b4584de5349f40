import * as z from 'zod'
import { addressSchema } from './address-schema'
import { atomicString } from './atomic'
import { workspaceIdSchema } from './workspace-id'

export const WITHDRAWAL_KINDS = ['balance_refund', 'revenue', 'deposit_return'] as const
export const WITHDRAWAL_STATUSES = ['requested', 'signed', 'broadcasting', 'confirmed', 'failed'] as const

const amount = z
  .string()
  .regex(/^[1-9]\d{0,30}$/, 'Must be atomic units of USDC as a decimal string, at least "1".')
const agentId = z.string().regex(/^agt_[0-9a-f]{32}$/, 'Must be an agent id.')
/** Chosen by the caller, once per request: the same key again answers the first result. */
const idempotencyKey = z.uuid()

export const balanceRefundInput = z.strictObject({
  workspaceId: workspaceIdSchema.optional(),
  agentId,
  toAddress: addressSchema,
  amountUsdc: amount,
  idempotencyKey,
})

export const revenueWithdrawalInput = z.strictObject({
  workspaceId: workspaceIdSchema.optional(),
  amountUsdc: amount,
  idempotencyKey,
})

export const refundTargetsInput = z.strictObject({ workspaceId: workspaceIdSchema.optional(), agentId })

export const withdrawalListInput = z.strictObject({
  workspaceId: workspaceIdSchema.optional(),
  /** Only what left this agent's balance. */
  agentId: agentId.optional(),
  kind: z.enum(WITHDRAWAL_KINDS).optional(),
  cursor: z.uuid().optional(),
  limit: z.number().int().min(1).max(100).default(20),
})

const hash = z.string().regex(/^0x[0-9a-f]{64}$/)

/** USDC on its way out of the receive address, or arrived, or given back. Amounts in atomic units. */
export const withdrawalView = z.strictObject({
  withdrawalId: z.uuid(),
  kind: z.enum(WITHDRAWAL_KINDS),
  status: z.enum(WITHDRAWAL_STATUSES),
  workspaceId: z.uuid().nullable(),
  agentId: z.string().nullable(),
  depositId: z.uuid().nullable(),
  toAddress: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  amountUsdc: atomicString,
  txHash: hash.nullable(),
  /** A final block has the payment. */
  isFinal: z.boolean(),
  /** Only of a failed one: why. Its money is back where it came from. */
  failureReason: z.string().nullable(),
  /** Why nothing happens just now: a code, and after a colon what the chain says. */
  waitingFor: z.string().nullable(),
  requestedBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type WithdrawalView = z.infer<typeof withdrawalView>

/** What of an agent's balance can go back, and to which wallets. */
export const refundTargetsView = z.strictObject({
  balance: atomicString,
  /** Not zero: nothing can be refunded until a reversed deposit is repaid. */
  owed: atomicString,
  targets: z.array(
    z.strictObject({
      address: z.string(),
      /** What this wallet has paid in all. */
      paid: atomicString,
      lastPaidAt: z.iso.datetime(),
    }),
  ),
})
export type RefundTargetsView = z.infer<typeof refundTargetsView>

export const revenueView = z.strictObject({
  /** Earned and not withdrawn. */
  available: atomicString,
  /** Asked for and not yet paid. */
  onItsWay: atomicString,
  /** The workspace's wallet: the only place revenue goes to. */
  toAddress: z.string(),
})
export type RevenueView = z.infer<typeof revenueView>
