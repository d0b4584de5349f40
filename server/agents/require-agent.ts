import { AppError } from '@/server/core/app-error'
import { hashAgentToken, isAgentToken } from './agent-token'
import { authorizationUrl } from './authorization-url'
import { isKnownBearer, rememberCaller } from './caller-cache'
import { type AgentCaller, findCallerByToken, findCallerByTokenId } from './caller-repository'
import { noteUse } from './note-use'
import { isJwt, verifyAgentJwt } from './verify-agent-jwt'

type Asked = { headers: Headers }

/** The text after `Bearer` in the `Authorization` header, or null. */
export function readBearer({ headers }: Asked): string | null {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  return bearer && (isAgentToken(bearer) || isJwt(bearer)) ? bearer : null
}

/**
 * The agent that the `Authorization` header speaks for by its token or a JWT made from it, or null. May lag a second
 * behind a revocation elsewhere. Throws `agent_not_found` for the JWT of a deleted agent.
 */
export async function findAgent(request: Asked): Promise<AgentCaller | null> {
  const bearer = readBearer(request)
  if (bearer === null) return null
  const caller = await rememberCaller(bearer, () => findCaller(bearer))
  if (caller) noteUse(caller.tokenId)
  return caller
}

/** The calling agent. Throws `unauthenticated`, and `agent_not_found` for the JWT of a deleted agent. */
export async function requireAgent(request: Asked): Promise<AgentCaller> {
  const agent = await findAgent(request)
  if (agent) return agent
  throw new AppError(
    'unauthenticated',
    "Send the agent's token, or a JWT made from it, as Authorization: Bearer. A JWT lives 15 minutes: refresh it.",
  )
}

/** An agent that belongs to a workspace. */
export type LinkedAgent = AgentCaller & { workspaceId: string }

/**
 * The agent with its workspace. Throws `agent_not_linked` with `authorizationUrl` until a person has linked it, and
 * `not_found` when `workspaceId` names another workspace than its own.
 */
export function assertLinked(
  agent: AgentCaller,
  { workspaceId }: { workspaceId?: string | undefined } = {},
): LinkedAgent {
  if (agent.workspaceId === null) {
    throw new AppError('agent_not_linked', 'A person links the agent to a workspace at authorizationUrl.', {
      details: { authorizationUrl: authorizationUrl(agent.agentId) },
    })
  }
  if (workspaceId !== undefined && workspaceId !== agent.workspaceId) {
    throw new AppError('not_found', 'There is no such workspace.')
  }
  return { ...agent, workspaceId: agent.workspaceId }
}

/** Whether the request's bearer verified in this process before: asks nobody, so a flood never reaches the database. */
export function isKnownAgent(request: Asked): boolean {
  const bearer = readBearer(request)
  return bearer !== null && isKnownBearer(bearer)
}

async function findCaller(bearer: string): Promise<AgentCaller | null> {
  if (isAgentToken(bearer)) return findCallerByToken(hashAgentToken(bearer))
  const claims = await verifyAgentJwt(bearer)
  const caller = claims && (await findCallerByTokenId(claims))
  if (caller === 'deleted') throw new AppError('agent_not_found')
  return caller
}
