import { checksummed } from '@/domain/address'
import type { AgentBalanceView, AgentSelfView } from '@/domain/agent-api'
import { formatUsdc } from '@/domain/money'
import { AppError } from '@/server/core/app-error'
import { authorizationUrl } from './authorization-url'
import type { AgentCaller } from './caller-repository'
import { findSelf, type SelfRow } from './self-repository'
import { readAgentWallets } from './wallet-repository'

/** The agent's own row. Throws `agent_not_found`. */
export async function getSelfRow(agentId: string): Promise<SelfRow> {
  const row = await findSelf(agentId)
  if (!row) throw new AppError('agent_not_found')
  return row
}

/** Who the bearer is: its workspace, wallets and limits. */
export async function getSelf({ agentId }: Pick<AgentCaller, 'agentId'>): Promise<AgentSelfView> {
  const [row, wallets] = await Promise.all([getSelfRow(agentId), readAgentWallets(agentId)])
  return {
    agent_id: agentId,
    name: row.name,
    workspace_id: row.workspaceId,
    authorizationUrl: row.workspaceId === null ? authorizationUrl(agentId) : null,
    wallets: wallets.map(({ address, linkedAt }) => ({
      address: checksummed(address),
      linked_at: linkedAt.toISOString(),
    })),
    monthly_limit_atomic: row.monthlyLimit?.toString() ?? null,
    spent_this_month_atomic: row.spentThisMonth.toString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  }
}

/** What the agent can spend; `updated_at` is when it last changed. */
export async function getAgentBalance({ agentId }: Pick<AgentCaller, 'agentId'>): Promise<AgentBalanceView> {
  const { balance, balanceUpdatedAt } = await getSelfRow(agentId)
  return {
    virtual_balance_usd: formatUsdc(balance, { style: 'plain' }),
    virtual_balance_atomic: balance.toString(),
    updated_at: balanceUpdatedAt.toISOString(),
  }
}

/** The workspaces that the bearer sees: its own, or none before it is linked. */
export async function getAgentMe({ agentId }: Pick<AgentCaller, 'agentId'>) {
  const { name, workspaceId: id, workspaceSlug: slug, workspaceName } = await getSelfRow(agentId)
  const isLinked = id !== null && slug !== null && workspaceName !== null
  return {
    agentId,
    name,
    authorizationUrl: isLinked ? null : authorizationUrl(agentId),
    workspaces: isLinked ? [{ id, slug, name: workspaceName }] : [],
  }
}
