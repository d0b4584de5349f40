import { AppError } from '@/server/core/app-error'
import { hashAgentToken, isAgentToken } from './agent-token'
import { authorizationUrl } from './authorization-url'
import {
  CHECKED_LAG_MILLISECONDS,
  isKnownBearer,
  READ_LAG_MILLISECONDS,
  rememberCaller,
} from './caller-cache'
import { type AgentCaller, findCallerByToken, findCallerByTokenId } from './caller-repository'
import { noteUse } from './note-use'
import { isJwt, verifyAgentJwt } from './verify-agent-jwt'

type Asked = { headers: Headers }

type Lag = {
  /** The caller's own statement checks that agent and token are live: who they are may then be a minute old. */
  isChecked?: boolean
}

/** The text after `Bearer` in the `Authorization` header, or null. */
export function readBearer({ headers }: Asked): string | null {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  return bearer && (isAgentToken(bearer) || isJwt(bearer)) ? bearer : null
}

/**
 * The agent that the `Authorization` header speaks for by its token or a JWT made from it, or null. May lag a second
 * behind a revocation elsewhere, a minute when `isChecked`. Throws `agent_not_found` for the JWT of a deleted agent.
 */
export async function findAgent(
  request: Asked,
  { isChecked = false }: Lag = {},
): Promise<AgentCaller | null> {
  const bearer = readBearer(request)
  if (bearer === null) return null
  // A JWT ends by its time, which no statement knows.
  const mayLag = isChecked && isAgentToken(bearer)
  const remember = (lag: number) => rememberCaller(bearer, lag, () => findCaller(bearer))
  const known = await remember(mayLag ? CHECKED_LAG_MILLISECONDS : READ_LAG_MILLISECONDS)
  // Another process may have linked it a moment ago.
  const isStale = mayLag && known?.workspaceId === null
  const caller = isStale ? await remember(READ_LAG_MILLISECONDS) : known
  if (caller) noteUse(caller.tokenId)
  return caller
}

/** The calling agent. Throws `unauthenticated`, and `agent_not_found` for the JWT of a deleted agent. */
export async function requireAgent(request: Asked, lag?: Lag): Promise<AgentCaller> {
  const agent = await findAgent(request, lag)
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
