import { expect } from 'vitest'
import { refreshedAgentView, registeredAgentView } from '@/domain/agent-api'
import { rest } from './people'

/** An agent that registered itself through the public door. */
export async function register(body: unknown = { agent_name: 'Scout', client_info: 'test 1.0' }) {
  const response = await rest('POST', '/api/agents/register', { body, origin: null })
  expect(response.status).toBe(201)
  return registeredAgentView.parse(await response.json())
}

export async function refresh(agentId: string, token: string): Promise<string> {
  const response = await rest('POST', '/api/agents/refresh', { body: { agent_id: agentId, token } })
  expect(response.status).toBe(200)
  return refreshedAgentView.parse(await response.json()).jwt
}

export const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } })
export const me = (secret: string) => rest('GET', '/api/v1/agents/me', bearer(secret))
