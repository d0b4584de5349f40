import { checksummed } from '@/domain/address'
import type { AgentStatus, AgentView } from '@/domain/agent'
import type { AgentRow } from './agent-list-repository'

function statusOf({ revokedAt, isExpired }: AgentRow): AgentStatus {
  if (revokedAt) return 'revoked'
  return isExpired ? 'expired' : 'active'
}

export function buildAgentView(row: AgentRow): AgentView {
  return {
    id: row.id,
    workspaceId: row.workspaceId,
    name: row.name,
    clientInfo: row.clientInfo,
    origin: row.origin,
    status: statusOf(row),
    balance: row.balance.toString(),
    owed: row.owed.toString(),
    monthlyLimit: row.monthlyLimit?.toString() ?? null,
    spentThisMonth: row.spentThisMonth.toString(),
    tokenPrefix: row.tokenPrefix,
    wallets: row.wallets.map(({ address, linkedAt }) => ({
      address: checksummed(address),
      linkedAt: new Date(linkedAt).toISOString(),
    })),
    createdAt: row.createdAt.toISOString(),
    linkedAt: row.linkedAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}
