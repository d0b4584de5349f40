'use client'

import { ArrowDownToLine, Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { Amount } from '../money/amount'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { Skeleton } from '../ui/skeleton'
import type { ConnectAction } from './connect-action'
import { connectPath } from './connect-nav'
import { ForgetAgent } from './forget-agent'
import type { KeptAgent } from './kept-agents'
import { RefusedBearer } from './refused-bearer'
import { RequestFailure } from './request-failure'
import { TokenOnce } from './token-once'
import { isBearerRefused, useAgentBalance, useAgentSelf } from './use-agent'
import type { ConnectedWallet } from './use-connected-wallet'
import { WalletsPart } from './wallets-part'

// The form brings the amount field and the chain's reads; linking needs neither.
const BearerTopUp = dynamic(() => import('./bearer-top-up').then(({ BearerTopUp }) => BearerTopUp), {
  ssr: false,
  loading: () => <Skeleton className="h-40 w-full" />,
})

type AgentPartProps = {
  action: Exclude<ConnectAction, 'recover'>
  agent: KeptAgent
  /** Further agents that this browser keeps. */
  others: readonly KeptAgent[]
  wallet: ConnectedWallet
  /** Set while the bearer was just made here. */
  fresh: { isRecovered: boolean } | null
  onStored: () => void
  onForget: () => void
  /** Null when nobody is signed in who could. */
  onMint: (() => void) | null
}

/** An agent whose bearer this browser keeps: what it is, what it has, its wallets, its top up. */
export function AgentPart(props: AgentPartProps) {
  const { action, agent, wallet, fresh, onStored, onForget, onMint } = props
  const self = useAgentSelf(agent)
  const isRefused = isBearerRefused(self.error)
  return (
    <>
      {fresh ? <TokenOnce token={agent.token} isRecovered={fresh.isRecovered} onStored={onStored} /> : null}
      <AgentCard {...props} name={self.data?.name ?? agent.name} isRefused={isRefused} />
      {isRefused ? (
        <RefusedBearer agent={agent} onForget={onForget} onMint={onMint} />
      ) : self.isError ? (
        <RequestFailure error={self.error} onRetry={() => void self.refetch()} />
      ) : null}
      {isRefused ? null : action === 'topup' ? (
        <BearerTopUp agent={agent} wallet={wallet} />
      ) : (
        <WalletsPart agent={agent} wallet={wallet} self={self} />
      )}
      {isRefused || action === 'topup' ? null : (
        <div className="flex gap-2 max-sm:flex-col [&>*]:h-11">
          <Button asChild variant={action === 'connect' ? 'primary' : 'secondary'} className="flex-1">
            <Link href={connectPath('topup', agent.agentId)}>
              <ArrowDownToLine aria-hidden />
              Top up this agent
            </Link>
          </Button>
          {onMint && action === 'connect' ? (
            <Button onClick={onMint}>
              <Plus aria-hidden />
              Another agent
            </Button>
          ) : null}
        </div>
      )}
    </>
  )
}

type AgentCardProps = AgentPartProps & { name: string; isRefused: boolean }

function AgentCard({ action, agent, name, others, onForget, isRefused }: AgentCardProps) {
  const balance = useAgentBalance(agent, { isEnabled: !isRefused })
  return (
    <Card aria-labelledby="agent-title">
      <CardHeader
        id="agent-title"
        title={<span className="break-words">{name}</span>}
        description={<span className="font-mono break-all">{agent.agentId}</span>}
      />
      <CardBody className="grid gap-3">
        {isRefused ? null : (
          <div aria-busy={balance.isPending} className="flex items-baseline justify-between gap-3">
            <span className="text-ink-muted">Balance</span>
            {balance.data ? (
              <Amount value={balance.data.virtual_balance_atomic} className="text-lg font-semibold" />
            ) : balance.isError ? (
              <span className="text-ink-muted">unknown at the moment</span>
            ) : (
              <Skeleton className="h-6 w-28" />
            )}
          </div>
        )}
        {others.length > 0 ? (
          <nav aria-label="Other agents kept in this browser" className="flex flex-wrap gap-2">
            {others.map((other) => (
              <Button key={other.agentId} asChild size="sm" className="max-w-full">
                <Link href={connectPath(action, other.agentId)}>
                  <span className="truncate">{other.name}</span>
                </Link>
              </Button>
            ))}
          </nav>
        ) : null}
        {isRefused ? null : <ForgetAgent name={name} onForget={onForget} />}
      </CardBody>
    </Card>
  )
}
