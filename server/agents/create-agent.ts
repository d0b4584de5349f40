import type { AgentLimits, MintedAgentView } from '@/domain/agent'
import { type Actor, recordAudit } from '@/server/audit'
import { inTransaction } from '@/server/core/db'
import { insertAgent } from './agent-repository'
import { newAgentId } from './agent-token'
import { describeLimits } from './describe-limits'
import { insertToken } from './token-repository'

type Minting = { workspaceId: string; actor: Actor; name: string } & AgentLimits

/** Mints an agent of a workspace. Its token is answered here and nowhere else. */
export async function createAgent({
  workspaceId,
  actor,
  name,
  monthlyLimit = null,
  expiresAt = null,
}: Minting): Promise<MintedAgentView> {
  const agentId = newAgentId()
  const { token } = await inTransaction(async (client) => {
    const createdBy = actor.address
    await insertAgent(client, {
      id: agentId,
      workspaceId,
      name,
      origin: 'console',
      monthlyLimit,
      expiresAt,
      createdBy,
    })
    await recordAudit(client, {
      actor,
      action: 'agent.created',
      workspaceId,
      target: agentId,
      details: { name, ...describeLimits({ monthlyLimit, expiresAt }) },
    })
    return insertToken(client, agentId)
  })
  return { agentId, token }
}
