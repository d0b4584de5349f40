'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChartColumn } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useQueryState } from 'nuqs'
import { useState } from 'react'
import type { SpendView } from '@/domain/balance'
import { formatUsdc } from '@/domain/money'
import { daysParser, type RangeDays } from '../activity/activity-params'
import { RangeChoice } from '../activity/range-choice'
import { ChartFigure } from '../charts/chart-figure'
import { ChartToggle } from '../charts/chart-toggle'
import { DayTable } from '../charts/day-table'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Card, CardBody, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { Skeleton } from '../ui/skeleton'
import { SpendReferences } from './spend-references'

// Every state has this height, so that nothing below it moves.
const PLOT_HEIGHT = 'h-52'

const DayBars = dynamic(() => import('../charts/day-bars'), {
  ssr: false,
  loading: () => <Skeleton className="h-full rounded-md" />,
})

/** What the agent spent on each day of 7, 30 or 90, and on what. */
export function SpendCard({ agentId }: { agentId: string }) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const [days, setDays] = useQueryState('days', daysParser)
  const [isTable, setIsTable] = useState(false)
  const spend = useQuery(
    trpc.balance.spend.queryOptions({ workspaceId, agentId, days }, { placeholderData: keepPreviousData }),
  )
  return (
    <Card aria-labelledby="spend-heading" aria-busy={spend.isPending}>
      <CardHeader
        id="spend-heading"
        title="Spend"
        description="Charges and paid calls, less what was given back. Days are UTC."
        actions={
          <>
            <RangeChoice days={days} onChange={(next) => void setDays(next)} />
            <ChartToggle isTable={isTable} onChange={setIsTable} icon={ChartColumn} />
          </>
        }
      />
      <CardBody>
        {spend.data ? (
          <Spend spend={spend.data} days={days} isTable={isTable} />
        ) : spend.isError ? (
          <ProblemState error={spend.error} onRetry={() => spend.refetch()} />
        ) : (
          <Skeleton className={`${PLOT_HEIGHT} rounded-md`} />
        )}
      </CardBody>
    </Card>
  )
}

function Spend({ spend, days, isTable }: { spend: SpendView; days: RangeDays; isTable: boolean }) {
  if (BigInt(spend.total) === 0n) {
    return (
      <EmptyState
        icon={ChartColumn}
        title={`Nothing spent in the last ${days} days`}
        className={`${PLOT_HEIGHT} justify-center`}
      >
        The first charge appears here at once.
      </EmptyState>
    )
  }
  const summary = `${formatUsdc(BigInt(spend.total))} USDC spent in the last ${days} days.`
  const spent = spend.days.map(({ day, amount }) => ({ day, amount: BigInt(amount) }))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5 lg:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
      <ChartFigure
        summary={summary}
        isTable={isTable}
        className={PLOT_HEIGHT}
        table={
          <DayTable
            caption={summary}
            days={spent.filter(({ amount }) => amount > 0n)}
            columns={[{ heading: 'Spent', figure: ({ amount }) => <Amount value={amount} isExact /> }]}
          />
        }
        plot={<DayBars bars={spent} name="Spent" />}
      />
      <SpendReferences spend={spend} />
    </div>
  )
}
