import { type Actor, type AgentActor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { lockAgent } from './agent-repository'
import { forgetCallers } from './caller-cache'
import type { AgentCaller } from './caller-repository'
import { endTokens, insertToken, lockCaller } from './token-repository'

type Rotated = { agentId: string; token: string; previousExpiresAt: Date }

/**
 * A new secret on behalf of a person of the workspace; every former one, and the JWTs made from it, dies after 60 seconds.
 * Throws `not_found`, and `INVALID_STATE` for a revoked agent.
 */
export async function rotateToken({
  agentId,
  workspaceId,
  actor,
}: {
  agentId: string
  workspaceId: string
  actor: Actor
}): Promise<Rotated> {
  return rotate(agentId, async (client) => {
    const agent = await lockAgent(client, { agentId, workspaceId })
    if (!agent) throw new AppError('not_found', 'There is no such agent.')
    if (agent.revokedAt) {
      throw new AppError('INVALID_STATE', 'The agent is revoked: mint another.', {
        details: { state: 'revoked' },
      })
    }
    return { actor, name: agent.name, workspaceId }
  })
}

/** The same asked by the agent itself; repeated with a token in its grace it answers another new one. Throws `unauthenticated`. */
export async function rotateOwnToken({
  agent: { agentId, tokenId, name, workspaceId },
  requestId,
}: {
  agent: AgentCaller
  requestId: string | null
}): Promise<Rotated> {
  return rotate(agentId, async (client) => {
    if (!(await lockCaller(client, { agentId, tokenId }))) throw new AppError('unauthenticated')
    return { actor: { agentId, requestId }, name, workspaceId }
  })
}

type Transaction = Parameters<Parameters<typeof inTransaction>[0]>[0]
type Authorized = { actor: Actor | AgentActor; name: string; workspaceId: string | null }

async function rotate(
  agentId: string,
  authorize: (client: Transaction) => Promise<Authorized>,
): Promise<Rotated> {
  const rotated = await inTransaction(async (client) => {
    const { actor, name, workspaceId } = await authorize(client)
    const previousExpiresAt = await endTokens(client, agentId)
    const { token } = await insertToken(client, agentId)
    await recordAudit(client, {
      actor,
      action: 'agent.token_rotated',
      workspaceId,
      target: agentId,
      details: { name },
    })
    return { agentId, token, previousExpiresAt }
  })
  forgetCallers()
  return rotated
}
