import type { AgentView } from '@/domain/agent'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { lockAgent, markRevoked, stopSpending } from './agent-repository'
import { forgetCallers } from './caller-cache'
import { getAgent } from './get-agent'
import { revokeTokens } from './token-repository'

type Revocation = { agentId: string; workspaceId: string; actor: Actor }

/**
 * Ends an agent for good, with its mandates and its payouts that nobody has begun to sign: statements that spend refuse it
 * from the commit on, reads within a second. Its balance stays and can be refunded or moved. Revoked already, it stays as it was. Throws `not_found`.
 */
export async function revokeAgent({ agentId, workspaceId, actor }: Revocation): Promise<AgentView> {
  await inTransaction(async (client) => {
    const agent = await lockAgent(client, { agentId, workspaceId })
    if (!agent) throw new AppError('not_found', 'There is no such agent.')
    if (agent.revokedAt) return
    await markRevoked(client, { agentId, by: actor.address })
    await revokeTokens(client, agentId)
    await stopSpending(client, { agentId, actor })
    await recordAudit(client, {
      actor,
      action: 'agent.revoked',
      workspaceId,
      target: agentId,
      details: { name: agent.name },
    })
  })
  forgetCallers()
  return getAgent({ agentId, workspaceId })
}
