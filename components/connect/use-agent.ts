'use client'

import { useQuery } from '@tanstack/react-query'
import { agentBalanceView, agentSelfView } from '@/domain/agent-api'
import { RequestError } from '../auth/post-json'
import type { KeptAgent } from './kept-agents'
import { callAgentApi } from './request-agent-api'

const BALANCE_MILLISECONDS = 15_000
const RETRIES = 2

/** What the console refused once it refuses again. */
export const isWorthARetry = (failures: number, error: Error) =>
  failures < RETRIES &&
  !(error instanceof RequestError && error.problem !== null && error.problem.status < 500)

/** The key of everything that is read with this bearer; a new bearer of the same agent reads anew. */
export const agentKey = ({ agentId, keptAt }: Pick<KeptAgent, 'agentId' | 'keptAt'>, what: string) =>
  ['kept-agent', agentId, keptAt, what] as const

/** What the agent is, asked with its own bearer. */
export function useAgentSelf(agent: KeptAgent) {
  return useQuery({
    queryKey: agentKey(agent, 'self'),
    queryFn: () => callAgentApi('/api/v1/agents/me', { token: agent.token, schema: agentSelfView }),
    retry: isWorthARetry,
  })
}

/** What the agent can spend, in atomic units as a string. */
export function useAgentBalance(agent: KeptAgent, { isEnabled }: { isEnabled: boolean }) {
  return useQuery({
    queryKey: agentKey(agent, 'balance'),
    queryFn: () => callAgentApi('/api/v1/agents/balance', { token: agent.token, schema: agentBalanceView }),
    enabled: isEnabled,
    refetchInterval: BALANCE_MILLISECONDS,
    retry: isWorthARetry,
  })
}

/** Whether the console says that this bearer opens nothing. */
export function isBearerRefused(error: unknown): boolean {
  return error instanceof RequestError && error.problem?.status === 401
}
