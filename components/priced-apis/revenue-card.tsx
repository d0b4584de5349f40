'use client'

import { useQuery } from '@tanstack/react-query'
import { ChartColumn } from 'lucide-react'
import dynamic from 'next/dynamic'
import { parseAsString, useQueryState } from 'nuqs'
import { useState } from 'react'
import { type PricedApiView, REVENUE_DAYS } from '@/domain/priced-api'
import { ChartFigure } from '../charts/chart-figure'
import { ChartToggle } from '../charts/chart-toggle'
import { DayTable } from '../charts/day-table'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Card, CardBody, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { Select } from '../ui/select'
import { Skeleton } from '../ui/skeleton'
import { type RevenueDay, type RevenueSum, revenueSummary, sumRevenue } from './revenue-days'

const DayBars = dynamic(() => import('../charts/day-bars'), {
  ssr: false,
  loading: () => <Skeleton className="h-full rounded-md" />,
})

// Every state of the card has this height, so that nothing below it moves.
const PLOT_HEIGHT = 'h-48 sm:h-56'
const ALL = 'all'

/** What the APIs earned in the last 30 days, day by day. */
export function RevenueCard({ apis }: { apis: readonly PricedApiView[] }) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const [inAddress, setApi] = useQueryState('api', parseAsString)
  const [isTable, setIsTable] = useState(false)
  const id = apis.find((api) => api.id === inAddress)?.id
  const revenue = useQuery(trpc.pricedApis.revenue.queryOptions({ workspaceId, ...(id ? { id } : {}) }))
  const sum = revenue.data && sumRevenue(revenue.data)
  return (
    <Card aria-labelledby="revenue-heading" aria-busy={revenue.isPending}>
      <CardHeader
        id="revenue-heading"
        title={`Revenue, last ${REVENUE_DAYS} days`}
        description={sum ? <Figures sum={sum} /> : 'Counting'}
        actions={
          <>
            <ApiChoice apis={apis} id={id} onChoose={(next) => void setApi(next)} />
            <ChartToggle isTable={isTable} onChange={setIsTable} icon={ChartColumn} />
          </>
        }
      />
      <CardBody>
        <div className={PLOT_HEIGHT}>
          {sum ? (
            <RevenueDays sum={sum} isTable={isTable} />
          ) : revenue.isError ? (
            <ProblemState error={revenue.error} onRetry={() => revenue.refetch()} />
          ) : (
            <Skeleton className="h-full rounded-md" />
          )}
        </div>
      </CardBody>
    </Card>
  )
}

type ApiChoiceProps = {
  apis: readonly PricedApiView[]
  id: string | undefined
  onChoose: (id: string | null) => void
}

function ApiChoice({ apis, id, onChoose }: ApiChoiceProps) {
  return (
    <Select
      aria-label="Revenue of"
      className="w-40 sm:h-8"
      value={id ?? ALL}
      onValueChange={(value) => onChoose(value === ALL ? null : value)}
      options={[
        { value: ALL, label: 'All APIs' },
        ...apis.map((api) => ({ value: api.id, label: api.name })),
      ]}
    />
  )
}

function Figures({ sum: { revenue, calls, failures } }: { sum: RevenueSum }) {
  return (
    <>
      <Amount value={revenue} className="text-base font-semibold text-ink" />
      <span className="figures">
        {' '}
        from {calls.toLocaleString('en')} calls, {failures.toLocaleString('en')} of them failed
      </span>
    </>
  )
}

function RevenueDays({ sum, isTable }: { sum: RevenueSum; isTable: boolean }) {
  const summary = revenueSummary(sum)
  if (sum.calls === 0) {
    return (
      <EmptyState icon={ChartColumn} title="No call yet" className="h-full justify-center">
        The first call of an agent appears here.
      </EmptyState>
    )
  }
  return (
    <ChartFigure
      summary={summary}
      isTable={isTable}
      table={
        <DayTable
          caption={summary}
          days={sum.days.filter(({ calls }) => calls > 0)}
          columns={[
            { heading: 'Calls', figure: ({ calls }) => calls.toLocaleString('en') },
            { heading: 'Failed', figure: ({ failures }) => failures.toLocaleString('en') },
            { heading: 'Revenue', figure: ({ revenue }) => <Amount value={revenue} /> },
          ]}
        />
      }
      plot={<DayBars bars={sum.days.map(toBar)} name="Revenue" />}
    />
  )
}

function toBar({ day, revenue, calls, failures }: RevenueDay) {
  const note = `${calls.toLocaleString('en')} calls, ${failures.toLocaleString('en')} failed`
  return { day, amount: revenue, note }
}
