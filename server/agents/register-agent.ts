import { inTransaction } from '@/server/core/db'
import { insertAgent } from './agent-repository'
import { newAgentId, newUserCode } from './agent-token'
import { authorizationUrl } from './authorization-url'
import { signAgentJwt } from './sign-agent-jwt'
import { insertToken } from './token-repository'

/** Registers an agent by name. It belongs to no workspace until a person links it, so it can spend nothing. */
export async function registerAgent({ name, clientInfo }: { name: string; clientInfo: string | null }) {
  const [agentId, userCode] = [newAgentId(), newUserCode()]
  const { token, tokenId } = await inTransaction(async (client) => {
    await insertAgent(client, {
      id: agentId,
      workspaceId: null,
      name,
      clientInfo,
      origin: 'registered',
      userCode,
    })
    return insertToken(client, agentId)
  })
  const jwt = await signAgentJwt({ agentId, tokenId })
  return { agentId, token, jwt, userCode, authorizationUrl: authorizationUrl(agentId) }
}
