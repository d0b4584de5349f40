import { agentBalanceView, agentSelfView, rotatedTokenView } from '@/domain/agent-api'
import { getAgentBalance, getSelf, rotateOwnToken } from '@/server/agents'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'

const tag = 'Agents'

export function addAgentSelfRoutes(app: RestApp): void {
  addMe(app)
  addBalance(app)
  addRotate(app)
}

function addMe(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/agents/me',
    tag,
    summary: 'Who the bearer is',
    auth: 'agent',
    answers: { 200: { description: 'The agent', schema: agentSelfView } },
    errors: ['agent_not_found'],
    handle: async ({ agent }) => answerJson(await getSelf(agent)),
  })
}

function addBalance(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/agents/balance',
    tag,
    summary: 'What the agent can spend',
    auth: 'agent',
    answers: { 200: { description: 'The virtual balance', schema: agentBalanceView } },
    errors: ['agent_not_found'],
    handle: async ({ agent }) => answerJson(await getAgentBalance(agent)),
  })
}

function addRotate(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/agents/token/rotate',
    tag,
    summary: 'A new token for the old one',
    description: 'Answered once. Every former token, and the JWTs made from it, dies after 60 seconds.',
    auth: 'agent',
    answers: { 200: { description: 'The new token', schema: rotatedTokenView } },
    errors: ['agent_not_found'],
    idempotency:
      'Each call answers another token; while the former one still works, a lost answer is asked for again.',
    handle: async ({ agent, requestId }) => {
      const { agentId, token, previousExpiresAt } = await rotateOwnToken({ agent, requestId })
      return answerJson({ agent_id: agentId, token, previous_expires_at: previousExpiresAt.toISOString() })
    },
  })
}
