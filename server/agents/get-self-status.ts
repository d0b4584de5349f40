import { checksummed } from '@/domain/address'
import type { AgentStatusView } from '@/domain/agent-status'
import type { MandateView } from '@/domain/mandate'
import { formatUsdc, USDC_DECIMALS } from '@/domain/money'
import { env } from '@/server/core/env'
import { authorizationUrl } from './authorization-url'
import { getSelfRow } from './get-self'
import { mandateUrl } from './mandate-url'
import { readMandatesOf, readRecentTransactions, type SelfRow, type TransactionRow } from './self-repository'

const SHOWN_MANDATES = 20

type Asked = { agentId: string; transactionsLimit: number }

/** The documented self status: who the agent is, what it may and can spend, and what it spent last. Safe to poll. */
export async function getSelfStatus({ agentId, transactionsLimit }: Asked): Promise<AgentStatusView> {
  const [row, transactions, mandates] = await Promise.all([
    getSelfRow(agentId),
    readRecentTransactions({ agentId, take: transactionsLimit + 1 }),
    readMandatesOf({ agentId, take: SHOWN_MANDATES }),
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
    mandates: {
      open: mandates.open,
      total: mandates.total,
      items: mandates.items.map(buildMandateItem),
      itemsTruncated: mandates.total > mandates.items.length,
    },
    recentTransactions: {
      items: transactions.slice(0, transactionsLimit).map(buildTransaction),
      limit: transactionsLimit,
      hasMore: transactions.length > transactionsLimit,
    },
  }
}

function plain(amount: bigint): string {
  return formatUsdc(amount, { style: 'plain' })
}

function buildMonthly({
  monthlyLimit: limit,
  spentThisMonth,
  pendingThisMonth: pending,
  monthStart,
}: SelfRow) {
  const remaining = limit === null ? null : limit > spentThisMonth ? limit - spentThisMonth : 0n
  const spent = spentThisMonth > pending ? spentThisMonth - pending : 0n
  return {
    decimals: USDC_DECIMALS,
    unlimited: limit === null,
    limit: limit?.toString() ?? null,
    spent: spent.toString(),
    pending: pending.toString(),
    remaining: remaining?.toString() ?? null,
    lastReset: monthStart.toISOString(),
    limitFormatted: limit === null ? null : plain(limit),
    spentFormatted: plain(spent),
    pendingFormatted: plain(pending),
    remainingFormatted: remaining === null ? null : plain(remaining),
  }
}

function buildMandateItem(mandate: MandateView) {
  const formatted = (amount: string) => plain(BigInt(amount))
  return {
    ...mandate,
    recipientAllowlist: mandate.recipientAllowlist?.map(checksummed) ?? null,
    signUrl: mandate.status === 'pending_signature' ? mandateUrl(mandate.mandateId) : null,
    decimals: USDC_DECIMALS,
    limitFormatted: formatted(mandate.limitAmount),
    spentFormatted: formatted(mandate.spentAmount),
    pendingSpentFormatted: formatted(mandate.pendingSpentAmount),
    remainingFormatted: formatted(mandate.remainingAmount),
  }
}

function buildTransaction(row: TransactionRow) {
  const { id, amount, reference, description, createdAt } = row
  const common = {
    id,
    amount: amount.toString(),
    amountFormatted: plain(amount),
    currency: 'USDC' as const,
    reference,
    description,
    createdAt: createdAt.toISOString(),
  }
  if (row.type === 'charge') return { ...common, type: row.type, status: row.status }
  const { status, failureReason, toAddress, txHash } = row
  return { ...common, type: row.type, status, failureReason, toAddress, txHash }
}
