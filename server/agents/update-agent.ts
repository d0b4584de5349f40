import type { AgentLimits, AgentView } from '@/domain/agent'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { lockAgent, updateAgentRow } from './agent-repository'
import { forgetCallers } from './caller-cache'
import { describeLimits } from './describe-limits'
import { getAgent } from './get-agent'

type Update = { agentId: string; workspaceId: string; actor: Actor; name?: string | undefined } & AgentLimits

/**
 * Renames an agent or changes its monthly limit (micro USDC) or end; what is undefined stays, null lifts. Throws
 * `not_found`, and `INVALID_STATE` for a revoked agent.
 */
export async function updateAgent({ agentId, workspaceId, actor, ...change }: Update): Promise<AgentView> {
  await inTransaction(async (client) => {
    const before = await lockAgent(client, { agentId, workspaceId })
    if (!before) throw new AppError('not_found', 'There is no such agent.')
    if (before.revokedAt) {
      throw new AppError('INVALID_STATE', 'The agent is revoked for good.', { details: { state: 'revoked' } })
    }
    const after = {
      name: change.name ?? before.name,
      monthlyLimit: change.monthlyLimit === undefined ? before.monthlyLimit : change.monthlyLimit,
      expiresAt: change.expiresAt === undefined ? before.expiresAt : change.expiresAt,
    }
    await updateAgentRow(client, { agentId, ...after })
    await recordAudit(client, {
      actor,
      action: 'agent.updated',
      workspaceId,
      target: agentId,
      details: {
        name: after.name,
        from: { name: before.name, ...describeLimits(before) },
        to: { name: after.name, ...describeLimits(after) },
      },
    })
  })
  forgetCallers()
  return getAgent({ agentId, workspaceId })
}
