'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Bot } from 'lucide-react'
import { useQueryState } from 'nuqs'
import { useEffect } from 'react'
import type { BalanceView as Balance } from '@/domain/balance'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { Skeleton } from '../ui/skeleton'
import { WithdrawalsList } from '../withdrawals/withdrawals-list'
import { AgentPicker } from './agent-picker'
import { BalanceCard } from './balance-card'
import { agentParser, chosenAgent } from './balance-params'
import { EntriesCard } from './entries-card'
import { SpendCard } from './spend-card'

const REFRESH_MILLISECONDS = 10_000

/** The prepaid balance of one agent of the workspace: what is there, what it was spent on, every entry. */
export function BalanceView() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const [inAddress, setAgent] = useQueryState('agent', agentParser)
  const balances = useQuery(
    trpc.balance.list.queryOptions({ workspaceId }, { refetchInterval: REFRESH_MILLISECONDS }),
  )
  const balance = balances.data && chosenAgent(balances.data, inAddress)
  useReadAnew(balance)
  if (balances.isError && !balances.data) {
    return <ProblemState error={balances.error} onRetry={() => balances.refetch()} />
  }
  if (!balances.data) return <BalanceSkeleton />
  if (!balance) return <NoAgent />
  return (
    <div className="grid gap-5">
      <AgentPicker
        agents={balances.data}
        agentId={balance.agentId}
        onChange={(next) => void setAgent(next)}
      />
      <BalanceCard balance={balance} agents={balances.data} isOld={balances.isError} />
      <SpendCard key={`spend-${balance.agentId}`} agentId={balance.agentId} />
      <EntriesCard key={`entries-${balance.agentId}`} agentId={balance.agentId} />
      <Card>
        <CardHeader
          title="Refunds to wallets"
          description="Unspent balance that went back to a wallet that had paid for it."
        />
        <WithdrawalsList key={`refunds-${balance.agentId}`} kind="balance_refund" agentId={balance.agentId} />
      </Card>
    </div>
  )
}

/** Whatever moved the balance is a new entry, and perhaps spend: both are read again when the balance has moved. */
function useReadAnew(balance: Balance | undefined) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const state = balance && `${balance.agentId} ${balance.balance} ${balance.updatedAt}`
  useEffect(() => {
    if (!state) return
    void queryClient.invalidateQueries({ queryKey: trpc.balance.entries.pathKey() })
    void queryClient.invalidateQueries({ queryKey: trpc.balance.spend.pathKey() })
  }, [state, trpc, queryClient])
}

function NoAgent() {
  return (
    <Card>
      <EmptyState
        icon={Bot}
        title="No agent yet"
        action={
          <Button asChild variant="primary">
            <a href="/connect">Connect an agent</a>
          </Button>
        }
      >
        An agent that is linked to this workspace has a prepaid balance, which is shown here.
      </EmptyState>
    </Card>
  )
}

function BalanceSkeleton() {
  return (
    <Card aria-busy>
      <CardBody className="grid gap-4 pt-5">
        <Skeleton className="h-9 w-64" />
        <Skeleton className="h-10 w-48" />
        <Skeleton className="w-80 max-w-full" />
      </CardBody>
    </Card>
  )
}
