'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useConfig } from '../config/config-context'
import { createBearerDoor } from './bearer-door'
import { receiveAddressAnswer } from './deposit-answers'
import type { KeptAgent } from './kept-agents'
import { callAgentApi } from './request-agent-api'
import { TopUpPart } from './top-up-part'
import { agentKey, isWorthARetry } from './use-agent'
import type { ConnectedWallet } from './use-connected-wallet'

/** Top up with the agent's own bearer. */
export function BearerTopUp({ agent, wallet }: { agent: KeptAgent; wallet: ConnectedWallet }) {
  const { chainId } = useConfig()
  const queryClient = useQueryClient()
  const door = useMemo(() => createBearerDoor({ token: agent.token, chainId }), [agent.token, chainId])
  const receive = useQuery({
    queryKey: agentKey(agent, 'receive-address'),
    queryFn: () =>
      callAgentApi('/api/v1/balance/deposit/receive-address', {
        token: agent.token,
        schema: receiveAddressAnswer,
      }),
    retry: isWorthARetry,
  })
  const reloadAll = useCallback(
    () => void queryClient.invalidateQueries({ queryKey: ['kept-agent', agent.agentId] }),
    [queryClient, agent.agentId],
  )
  return (
    <TopUpPart
      agentId={agent.agentId}
      door={door}
      receive={receive}
      wallet={wallet}
      bearer={agent}
      onCredited={reloadAll}
    />
  )
}
