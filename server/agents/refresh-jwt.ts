import { AppError } from '@/server/core/app-error'
import { hashAgentToken, isAgentToken } from './agent-token'
import { findCallerByToken, isDeletedAgent } from './caller-repository'
import { signAgentJwt } from './sign-agent-jwt'

/** A JWT of 15 minutes for the agent's token. Throws `unauthenticated`, and `agent_not_found` for a deleted agent. */
export async function refreshJwt({ agentId, token }: { agentId: string; token: string }): Promise<string> {
  const tokenHash = isAgentToken(token) ? hashAgentToken(token) : null
  const caller = tokenHash && (await findCallerByToken(tokenHash))
  if (caller?.agentId === agentId) return signAgentJwt(caller)
  if (tokenHash && (await isDeletedAgent({ agentId, tokenHash }))) throw new AppError('agent_not_found')
  throw new AppError('unauthenticated', 'agent_id and token do not belong together, or the token has ended.')
}
