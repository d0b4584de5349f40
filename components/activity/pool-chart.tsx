'use client'

import { useQuery } from '@tanstack/react-query'
import { ChartLine } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useQueryState } from 'nuqs'
import { useState } from 'react'
import { formatUsdc } from '@/domain/money'
import { ChartFigure } from '../charts/chart-figure'
import { ChartToggle } from '../charts/chart-toggle'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Card, CardBody, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { Skeleton } from '../ui/skeleton'
import { daysParser, type RangeDays } from './activity-params'
import { type ChartSteps, chartSteps } from './chart-steps'
import { PoolTable } from './pool-table'
import { RangeChoice } from './range-choice'

// The line reaches to now, so it is read again once a minute; new events of the ledger ask for it at once.
const REFRESH_MILLISECONDS = 60_000

// Every state of the card has this height, so that nothing below it moves.
const PLOT_HEIGHT = 'h-56 sm:h-64'

const PoolChartPlot = dynamic(() => import('./pool-chart-plot'), {
  ssr: false,
  loading: () => <Skeleton className="h-full rounded-md" />,
})

type PoolChartProps = { workspaceId: string }

/** The pool's balance over 7, 30 or 90 days as a step line, or as a table. Counts final events only. */
export function PoolChart({ workspaceId }: PoolChartProps) {
  const trpc = useTRPC()
  const [days, setDays] = useQueryState('days', daysParser)
  const [isTable, setIsTable] = useState(false)
  const history = useQuery(
    trpc.wallet.history.queryOptions({ workspaceId, days }, { refetchInterval: REFRESH_MILLISECONDS }),
  )
  const steps = history.data && chartSteps(history.data)
  return (
    <Card aria-labelledby="pool-chart-heading" aria-busy={history.isPending}>
      <CardHeader
        id="pool-chart-heading"
        title="Pool balance"
        actions={
          <>
            <RangeChoice days={days} onChange={(next) => void setDays(next)} />
            <ChartToggle isTable={isTable} onChange={setIsTable} icon={ChartLine} />
          </>
        }
      />
      <CardBody>
        <div className={PLOT_HEIGHT}>
          {steps ? (
            <PoolHistory workspaceId={workspaceId} days={days} history={steps} isTable={isTable} />
          ) : history.isError ? (
            <ProblemState error={history.error} onRetry={() => history.refetch()} />
          ) : (
            <Skeleton className="h-full rounded-md" />
          )}
        </div>
      </CardBody>
    </Card>
  )
}

type PoolHistoryProps = { workspaceId: string; days: RangeDays; history: ChartSteps; isTable: boolean }

function PoolHistory({ workspaceId, days, history, isTable }: PoolHistoryProps) {
  const trpc = useTRPC()
  // A pool that was emptied before the window is flat too: only a ledger without a deposit is new.
  const first = useQuery(
    trpc.wallet.events.queryOptions(
      { workspaceId, kinds: ['DEPOSIT'], limit: 1 },
      { enabled: history.isAllZero },
    ),
  )
  const pending = useQuery(trpc.wallet.pending.queryOptions({ workspaceId }, { enabled: history.isAllZero }))
  if (history.isAllZero && first.isPending) return <Skeleton className="h-full rounded-md" />
  if (history.isAllZero && first.data?.events.length === 0) {
    const isConfirming = pending.data?.some(({ kind }) => kind === 'DEPOSIT')
    return (
      <EmptyState
        icon={ChartLine}
        title={
          isConfirming
            ? 'Your first deposit is being confirmed'
            : 'No deposit yet: top up to see the pool here'
        }
        className="h-full justify-center"
      >
        {isConfirming ? 'The line starts when it is final.' : null}
      </EmptyState>
    )
  }
  const summary = summaryOf(history, days)
  return (
    <ChartFigure
      summary={summary}
      isTable={isTable}
      table={<PoolTable steps={history.steps} caption={summary} />}
      plot={<PoolChartPlot steps={history.steps} />}
    />
  )
}

function summaryOf({ first, last, lowest, highest }: ChartSteps, days: RangeDays): string {
  const [from, to, low, high] = [first, last, lowest, highest].map((balance) => formatUsdc(balance))
  return `Pool balance over the last ${days} days: from ${from} to ${to} USDC, lowest ${low}, highest ${high}.`
}
