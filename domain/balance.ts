import * as z from 'zod'

/** What moved an agent's virtual balance. */
export const ENTRY_KINDS = [
  'deposit',
  'deposit_reversal',
  'debt_repayment',
  'x402_topup',
  'x402_reversal',
  'charge',
  'charge_refund',
  'withdrawal',
  'withdrawal_returned',
  'move',
  'adjustment',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

const atomic = z.string().regex(/^\d+$/)
const usd = z.string().regex(/^\d+(\.\d{1,6})?$/)
const entryId = z.string().regex(/^\d+$/)
const hash = z.string().regex(/^0x[0-9a-f]{64}$/)

/** `POST /api/v1/balance/charge` */
export const chargeAnswer = z.strictObject({
  charge_id: z.uuid(),
  source: z.enum(['virtual_balance', 'x402']),
  virtual_balance_usd: usd,
})

/** A payment that is sent and whose outcome is not known yet; the same request again answers it. */
export const pendingPaymentAnswer = z.strictObject({ status: z.literal('pending'), payment_id: z.uuid() })

/** `POST /api/v1/balance/charges/{chargeId}/refund` */
export const refundAnswer = z.strictObject({
  charge_id: z.uuid(),
  amount_usd: usd,
  amount_atomic: atomic,
  refunded_at: z.iso.datetime(),
  virtual_balance_usd: usd,
})

/** One row of `GET /api/v1/balance/entries`: all rows of an agent add up to its balance. */
export const entryAnswer = z.strictObject({
  id: entryId,
  kind: z.enum(ENTRY_KINDS),
  direction: z.enum(['in', 'out']),
  amount_usd: usd,
  amount_atomic: atomic,
  /** The balance right after it. */
  virtual_balance_usd: usd,
  cause: z.string(),
  reference: z.string().nullable(),
  created_at: z.iso.datetime(),
  tx_hash: hash.nullable(),
  charge_id: z.uuid().nullable(),
})
export type EntryAnswer = z.infer<typeof entryAnswer>

/** The same row in the console. */
export const entryView = z.strictObject({
  id: entryId,
  kind: z.enum(ENTRY_KINDS),
  direction: z.enum(['in', 'out']),
  amount: atomic,
  balanceAfter: atomic,
  cause: z.string(),
  reference: z.string().nullable(),
  createdAt: z.iso.datetime(),
  txHash: hash.nullable(),
  /** The charge that it is or gives back. */
  charge: z
    .strictObject({
      id: z.uuid(),
      description: z.string().nullable(),
      /** Whether this workspace earned it, so that its people may give it back. */
      isOwn: z.boolean(),
      refundedAt: z.iso.datetime().nullable(),
      refundReason: z.string().nullable(),
    })
    .nullable(),
  /** The other agent of a move. */
  otherAgent: z.strictObject({ agentId: z.string(), name: z.string() }).nullable(),
})
export type EntryView = z.infer<typeof entryView>

/** An agent's balance as the console shows it, amounts in atomic units. */
export const balanceView = z.strictObject({
  agentId: z.string(),
  name: z.string(),
  balance: atomic,
  /** What a reorganisation took back after it was spent; above zero, spending is refused. */
  owed: atomic,
  lowBalanceThreshold: atomic.nullable(),
  /** Whether the balance is below the threshold. */
  isLow: z.boolean(),
  monthlyLimit: atomic.nullable(),
  spentThisMonth: atomic,
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime(),
})
export type BalanceView = z.infer<typeof balanceView>

/** What an agent spent: a figure for each UTC day, oldest first, days without spend too; and the most expensive references. */
export const spendView = z.strictObject({
  total: atomic,
  days: z.array(z.strictObject({ day: z.iso.date(), amount: atomic })),
  references: z.array(z.strictObject({ reference: z.string(), amount: atomic, count: z.number().int() })),
})
export type SpendView = z.infer<typeof spendView>

export const movedView = z.strictObject({ fromBalance: atomic, toBalance: atomic })
export type MovedView = z.infer<typeof movedView>
