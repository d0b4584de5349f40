'use client'

import type { UseQueryResult } from '@tanstack/react-query'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import type { AgentSelfView } from '@/domain/agent-api'
import { Address } from '../address/address'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { Skeleton } from '../ui/skeleton'
import { ConnectChoice } from '../wallet/connect-choice'
import { WrongNetworkNotice } from '../wallet/wrong-network-notice'
import { isLinked } from './is-linked'
import type { KeptAgent } from './kept-agents'
import { LinkWallet } from './link-wallet'
import { callAgentApi } from './request-agent-api'
import { RequestFailure } from './request-failure'
import type { ConnectedWallet } from './use-connected-wallet'

type WalletsPartProps = {
  agent: KeptAgent
  wallet: ConnectedWallet
  self: UseQueryResult<AgentSelfView>
}

/** The wallets whose USDC is credited to the agent: link the connected one, unlink any. */
export function WalletsPart({ agent, wallet, self }: WalletsPartProps) {
  const linked = self.data?.wallets
  const reload = () => void self.refetch()
  return (
    <Card aria-labelledby="wallets-title">
      <CardHeader
        id="wallets-title"
        title="Linked wallets"
        description="Only USDC that one of them sends is credited to this agent."
      />
      <CardBody className="grid gap-4">
        {linked === undefined ? (
          <div aria-busy="true" className="grid gap-2">
            <Skeleton className="h-11 w-full" />
          </div>
        ) : linked.length === 0 ? (
          <p className="rounded-md border border-dashed px-3 py-4 text-center text-ink-muted">
            No wallet is linked yet. Link the one that will pay.
          </p>
        ) : (
          <ul className="grid divide-y rounded-md border">
            {linked.map(({ address }) => (
              <WalletRow
                key={address}
                agent={agent}
                address={address}
                isConnected={wallet.address !== undefined && isLinked([address], wallet.address)}
                onUnlinked={reload}
              />
            ))}
          </ul>
        )}
        {linked === undefined ? null : <ConnectAndLink {...{ agent, wallet, linked }} onLinked={reload} />}
      </CardBody>
    </Card>
  )
}

type ConnectAndLinkProps = Pick<WalletsPartProps, 'agent' | 'wallet'> & {
  linked: readonly { address: string }[]
  onLinked: () => void
}

function ConnectAndLink({ agent, wallet, linked, onLinked }: ConnectAndLinkProps) {
  if (!wallet.address) {
    return (
      <div className="grid gap-3">
        <p className="text-[0.8125rem] text-ink-muted">To link a wallet, connect it:</p>
        <ConnectChoice />
      </div>
    )
  }
  const isKnown = isLinked(
    linked.map(({ address }) => address),
    wallet.address,
  )
  if (isKnown) {
    return (
      <p className="text-[0.8125rem] text-ink-muted">
        The connected wallet is linked. To link another one, choose its account in your wallet.
      </p>
    )
  }
  return (
    <>
      <WrongNetworkNotice />
      <LinkWallet agent={agent} address={wallet.address} onLinked={onLinked} />
    </>
  )
}

type WalletRowProps = { agent: KeptAgent; address: string; isConnected: boolean; onUnlinked: () => void }

function WalletRow({ agent, address, isConnected, onUnlinked }: WalletRowProps) {
  const [isAsking, setIsAsking] = useState(false)
  const unlink = useMutation({
    mutationFn: () =>
      callAgentApi(`/api/v1/agents/wallets/${address}`, {
        method: 'DELETE',
        token: agent.token,
        schema: z.unknown(),
      }),
    onSuccess: onUnlinked,
  })
  return (
    <li className="grid gap-2 px-3 py-2.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="flex min-w-0 items-center gap-2">
          <Address address={address} />
          {isConnected ? <span className="text-[0.8125rem] text-positive">Connected</span> : null}
        </span>
        {isAsking ? null : (
          <Button size="sm" variant="ghost" onClick={() => setIsAsking(true)}>
            Unlink
          </Button>
        )}
      </div>
      {isAsking ? (
        <div className="grid gap-2">
          <p className="text-[0.8125rem] text-ink-muted">
            USDC that it sends from now on is not credited to this agent.
          </p>
          <div className="flex gap-2">
            <Button size="sm" onClick={() => setIsAsking(false)}>
              Keep it linked
            </Button>
            <Button
              size="sm"
              variant="danger-outline"
              pending={unlink.isPending && 'Unlinking'}
              onClick={() => unlink.mutate()}
            >
              Unlink this wallet
            </Button>
          </div>
        </div>
      ) : null}
      {unlink.isError ? <RequestFailure error={unlink.error} /> : null}
    </li>
  )
}
