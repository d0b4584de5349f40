'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { linkedWalletView } from '@/domain/agent-api'
import { Address } from '../address/address'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import type { KeptAgent } from './kept-agents'
import { callAgentApi } from './request-agent-api'
import { RequestFailure } from './request-failure'
import { useWalletProof } from './use-wallet-proof'

type LinkWalletProps = { agent: KeptAgent; address: `0x${string}`; onLinked: () => void }

/** Links the connected wallet to the agent with one signature that names the agent. */
export function LinkWallet({ agent, address, onLinked }: LinkWalletProps) {
  const queryClient = useQueryClient()
  const submit = useCallback(
    async (proof: { message: string; signature: string }) => {
      await callAgentApi('/api/v1/agents/wallet-link', {
        method: 'POST',
        token: agent.token,
        body: JSON.stringify(proof),
        schema: linkedWalletView,
      })
      await queryClient.invalidateQueries({ queryKey: ['kept-agent', agent.agentId] })
      onLinked()
    },
    [agent, queryClient, onLinked],
  )
  const { state, prove, pending } = useWalletProof({ purpose: 'link', token: agent.token, submit })
  return (
    <div className="grid gap-3 rounded-md border p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Address address={address} isPlain />
        <span className="text-[0.8125rem] text-ink-muted">Connected, not linked yet</span>
      </div>
      <p className="text-[0.8125rem] text-ink-muted">
        Your wallet asks once, to sign a message that names {agent.name}. Signing sends nothing and costs
        nothing; it means that USDC from this wallet may be credited to that agent.
      </p>
      <Button variant="primary" className="h-11" pending={pending} onClick={() => prove(address)}>
        Link this wallet
      </Button>
      {state.stage === 'declined' ? (
        <Notice tone="caution" title="You declined in the wallet">
          The wallet was not linked. Nothing happened.
        </Notice>
      ) : null}
      {state.stage === 'failed' ? <RequestFailure error={state.error} /> : null}
    </div>
  )
}
