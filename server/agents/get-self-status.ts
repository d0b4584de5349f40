import { checksummed } from '@/domain/address'
import type { AgentStatusView } from '@/domain/agent-status'
import { formatUsdc, USDC_DECIMALS } from '@/domain/money'
import { env } from '@/server/core/env'
import { authorizationUrl } from './authorization-url'
import { getSelfRow } from './get-self'
import { type ChargeRow, readRecentCharges, type SelfRow } from './self-repository'

type Asked = { agentId: string; transactionsLimit: number }

/** The documented self status: who the agent is, what it may and can spend, and what it spent last. Safe to poll. */
export async function getSelfStatus({ agentId, transactionsLimit }: Asked): Promise<AgentStatusView> {
  const [row, charges] = await Promise.all([
    getSelfRow(agentId),
    readRecentCharges({ agentId, take: transactionsLimit + 1 }),
  ])
  const isLinked = row.workspaceId !== null
  return {
    status: 'ok',
    agent: {
      id: agentId,
      externalAgentId: agentId,
      name: row.name,
      isAuthorized: isLinked && !row.isExpired,
      authorizationExpiry: row.expiresAt?.toISOString() ?? null,
      authorizationUrl: isLinked ? null : authorizationUrl(agentId),
      walletAddress: row.workspaceWallet === null ? null : checksummed(row.workspaceWallet),
      monthly: buildMonthly(row),
    },
    balances: {
      usdc: {
        network: env().NETWORK.name,
        address: checksummed(env().USDC_ADDRESS),
        decimals: USDC_DECIMALS,
        available: row.balance.toString(),
        owed: row.owed.toString(),
        availableFormatted: plain(row.balance),
      },
    },
    mandates: { open: 0, total: 0, items: [], itemsTruncated: false },
    recentTransactions: {
      items: charges.slice(0, transactionsLimit).map(buildTransaction),
      limit: transactionsLimit,
      hasMore: charges.length > transactionsLimit,
    },
  }
}

function plain(amount: bigint): string {
  return formatUsdc(amount, { style: 'plain' })
}

function buildMonthly({ monthlyLimit: limit, spentThisMonth: spent, monthStart }: SelfRow) {
  const remaining = limit === null ? null : limit > spent ? limit - spent : 0n
  return {
    decimals: USDC_DECIMALS,
    unlimited: limit === null,
    limit: limit?.toString() ?? null,
    spent: spent.toString(),
    pending: '0',
    remaining: remaining?.toString() ?? null,
    lastReset: monthStart.toISOString(),
    limitFormatted: limit === null ? null : plain(limit),
    spentFormatted: plain(spent),
    pendingFormatted: '0',
    remainingFormatted: remaining === null ? null : plain(remaining),
  }
}

function buildTransaction({ id, amount, reference, description, createdAt, refundedAt }: ChargeRow) {
  return {
    id,
    type: 'charge' as const,
    status: refundedAt ? ('refunded' as const) : ('settled' as const),
    amount: amount.toString(),
    amountFormatted: plain(amount),
    currency: 'USDC' as const,
    reference,
    description,
    createdAt: createdAt.toISOString(),
  }
}
