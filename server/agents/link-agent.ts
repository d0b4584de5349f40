import type { AgentLimits, AgentView } from '@/domain/agent'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { linkUnlinked } from './agent-repository'
import { forgetCallers } from './caller-cache'
import { describeLimits } from './describe-limits'
import { getAgent } from './get-agent'

type Linking = { agentId: string; workspaceId: string; actor: Actor } & AgentLimits

/** Links an agent that belongs to nobody to a workspace; the first wins. Throws `not_found` for everybody after. */
export async function linkAgent({
  agentId,
  workspaceId,
  actor,
  monthlyLimit = null,
  expiresAt = null,
}: Linking): Promise<AgentView> {
  await inTransaction(async (client) => {
    const by = actor.address
    const agent = await linkUnlinked(client, { agentId, workspaceId, by, monthlyLimit, expiresAt })
    if (!agent) throw new AppError('not_found', 'No such agent waits to be linked.')
    await recordAudit(client, {
      actor,
      action: 'agent.linked',
      workspaceId,
      target: agentId,
      details: { name: agent.name, ...describeLimits({ monthlyLimit, expiresAt }) },
    })
  })
  forgetCallers()
  return getAgent({ agentId, workspaceId })
}
