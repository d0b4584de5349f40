import * as z from 'zod'
import { agentIdSchema } from './agent'
import { atomicString } from './atomic'
import { mandateView } from './mandate'
import { PAYOUT_STATUSES } from './payout-status'

const checksummedAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
const usd = z.string().regex(/^\d+(\.\d{1,6})?$/)
const time = z.iso.datetime()

const transaction = {
  id: z.uuid(),
  amount: atomicString,
  amountFormatted: usd,
  currency: z.literal('USDC'),
  description: z.string().nullable(),
  createdAt: time,
}

/** `GET /api/agent/self/status`; amounts in atomic units, and as decimal USDC in the fields ending `Formatted`. */
export const agentStatusView = z.strictObject({
  status: z.literal('ok'),
  agent: z.strictObject({
    id: agentIdSchema,
    externalAgentId: agentIdSchema,
    name: z.string(),
    /** Linked to a workspace, and not past its end. */
    isAuthorized: z.boolean(),
    authorizationExpiry: time.nullable(),
    /** Where a person links it; null once linked. */
    authorizationUrl: z.string().nullable(),
    /** The workspace's wallet. */
    walletAddress: checksummedAddress.nullable(),
    monthly: z.strictObject({
      decimals: z.number().int(),
      unlimited: z.boolean(),
      limit: atomicString.nullable(),
      spent: atomicString,
      /** Promised to payouts on their way; what is spent and this together count. */
      pending: atomicString,
      remaining: atomicString.nullable(),
      lastReset: time,
      limitFormatted: usd.nullable(),
      spentFormatted: usd,
      pendingFormatted: usd,
      remainingFormatted: usd.nullable(),
    }),
  }),
  balances: z.strictObject({
    /** The virtual balance. While something is owed after a reorganisation, nothing can be spent. */
    usdc: z.strictObject({
      network: z.string(),
      address: checksummedAddress,
      decimals: z.number().int(),
      available: atomicString,
      owed: atomicString,
      availableFormatted: usd,
    }),
  }),
  mandates: z.strictObject({
    /** That pay now: signed, enabled, within their time. */
    open: z.number().int(),
    total: z.number().int(),
    /** The newest. */
    items: z.array(
      mandateView.extend({
        decimals: z.number().int(),
        limitFormatted: usd,
        spentFormatted: usd,
        pendingSpentFormatted: usd,
        remainingFormatted: usd,
      }),
    ),
    itemsTruncated: z.boolean(),
  }),
  recentTransactions: z.strictObject({
    /** What the agent spent or asked to spend, newest first. */
    items: z.array(
      z.discriminatedUnion('type', [
        z.strictObject({
          ...transaction,
          type: z.literal('charge'),
          status: z.enum(['settled', 'refunded']),
          reference: z.string(),
        }),
        z.strictObject({
          ...transaction,
          type: z.literal('payout'),
          status: z.enum(PAYOUT_STATUSES),
          /** The payoutId. */
          reference: z.string(),
          failureReason: z.string().nullable(),
          toAddress: checksummedAddress,
          txHash: z.string().nullable(),
        }),
      ]),
    ),
    limit: z.number().int(),
    hasMore: z.boolean(),
  }),
})
export type AgentStatusView = z.infer<typeof agentStatusView>
