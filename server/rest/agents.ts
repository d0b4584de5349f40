import { z } from '@hono/zod-openapi'
import {
  jwksView,
  refreshAgentInput,
  refreshedAgentView,
  registerAgentInput,
  registeredAgentView,
} from '@/domain/agent-api'
import { agentStatusView } from '@/domain/agent-status'
import { findNetwork } from '@/domain/networks'
import { getJwks, getSelfStatus, refreshJwt, registerAgent } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'

const tag = 'Agents'

export function addAgentRoutes(app: RestApp): void {
  addRegister(app)
  addRefresh(app)
  addJwks(app)
  addSelfStatus(app)
}

function addRegister(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/agents/register',
    tag,
    summary: 'Register an agent by name',
    description:
      'The token is answered once. The agent belongs to no workspace, and can spend nothing, until a person links it at authorizationUrl, which shows the same user_code.',
    auth: 'none',
    body: registerAgentInput,
    answers: { 201: { description: 'Registered', schema: registeredAgentView } },
    idempotency: 'Each call registers another agent; those that nobody links are removed after 30 days.',
    handle: async ({ body }) => {
      const clientInfo = body.client_info || null
      const { agentId, token, jwt, userCode, authorizationUrl } = await registerAgent({
        name: body.agent_name,
        clientInfo,
      })
      const answer = { agent_id: agentId, token, jwt, authorizationUrl, user_code: userCode }
      return answerJson(answer, { status: 201 })
    },
  })
}

function addRefresh(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/agents/refresh',
    tag,
    summary: "A JWT from the agent's token",
    description:
      'ES256, 15 minutes; the public keys are in the JWKS. It dies with the token it was made from.',
    auth: 'none',
    body: refreshAgentInput,
    answers: { 200: { description: 'The JWT', schema: refreshedAgentView } },
    errors: ['unauthenticated', 'agent_not_found'],
    idempotency: 'Each call answers a new JWT; former ones stay valid.',
    handle: async ({ body }) =>
      answerJson({ jwt: await refreshJwt({ agentId: body.agent_id, token: body.token }) }),
  })
}

function addJwks(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/.well-known/jwks.json',
    tag,
    summary: "The public keys of agents' JWTs (RFC 7517)",
    auth: 'none',
    answers: {
      200: { description: 'The keys; a new one stands here ten minutes before it signs', schema: jwksView },
    },
    handle: async () => answerJson(await getJwks(), { headers: { 'cache-control': 'public, max-age=300' } }),
  })
}

const DEFAULT_TRANSACTIONS = 20
const MAX_TRANSACTIONS = 100

// As documented: out of range is clamped, not refused.
const txLimitQuery = z
  .string()
  .regex(/^-?\d+$/, 'Must be a whole number.')
  .transform((text) => Math.min(MAX_TRANSACTIONS, Math.max(1, Number(text))))
  .optional()
  .openapi({ type: 'integer', minimum: 1, maximum: MAX_TRANSACTIONS, default: DEFAULT_TRANSACTIONS })

const networkQuery = z.string().max(50).optional().openapi({ example: 'base' })

function addSelfStatus(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/agent/self/status',
    tag,
    summary: 'What the agent is, may and can spend, and spent last',
    description: 'Read-only and safe to poll. txLimit is clamped to 1 to 100.',
    auth: 'agent',
    query: z.strictObject({ network: networkQuery, txLimit: txLimitQuery }),
    answers: { 200: { description: 'The status', schema: agentStatusView } },
    errors: ['agent_not_found', 'unsupported_network'],
    handle: async ({ agent, query }) => {
      assertThisNetwork(query.network)
      const transactionsLimit = query.txLimit ?? DEFAULT_TRANSACTIONS
      return answerJson(await getSelfStatus({ agentId: agent.agentId, transactionsLimit }))
    },
  })
}

function assertThisNetwork(asked: string | undefined): void {
  const { name } = env().NETWORK
  if (asked === undefined) return
  const network = findNetwork(asked)
  if (network?.name === name) return
  const message = `Must be ${name}, the network of this console, or be left out.`
  if (network) throw new AppError('unsupported_network', message, { param: 'network' })
  throw new AppError('invalid_request', message, {
    param: 'network',
    errors: [{ path: 'network', message }],
  })
}
