'use client'

import { useQuery } from '@tanstack/react-query'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Card, CardHeader } from '../ui/card'
import { Skeleton } from '../ui/skeleton'
import { AlarmsTable } from './alarms-table'
import { ProcessesTable } from './processes-table'
import { RelayersTable } from './relayers-table'
import { UnattributedDeposits } from './unattributed-deposits'
import { WatcherCard } from './watcher-card'

const REFETCH_MILLISECONDS = 4000

/** What keeps the console running, live: watcher, alarms, processes, relayers. */
export function InstanceStatus() {
  const trpc = useTRPC()
  const status = useQuery(
    trpc.instance.status.queryOptions(undefined, { refetchInterval: REFETCH_MILLISECONDS }),
  )
  if (status.isPending) return <StatusSkeleton />
  if (status.isError && !status.data) {
    return <ProblemState error={status.error} onRetry={() => status.refetch()} />
  }
  const { watcher, alarms, processes, relayers } = status.data
  return (
    <div className="grid gap-5">
      {status.isError ? (
        <ProblemState error={status.error} money="The figures below are the last that were read." />
      ) : null}
      <WatcherCard watcher={watcher} />
      <Card>
        <CardHeader
          title="Alarms"
          description="A resolved alarm opens again when its cause is still there."
        />
        <AlarmsTable alarms={alarms} />
      </Card>
      <UnattributedDeposits />
      <div className="grid gap-5 lg:grid-cols-2">
        <Card>
          <CardHeader title="Processes" />
          <ProcessesTable processes={processes} />
        </Card>
        <Card>
          <CardHeader title="Relayers" />
          <RelayersTable relayers={relayers} />
        </Card>
      </div>
    </div>
  )
}

function StatusSkeleton() {
  return (
    <div aria-busy className="grid gap-5">
      <p role="status" className="sr-only">
        Reading the instance's state
      </p>
      <Skeleton className="h-40 rounded-lg" />
      <Skeleton className="h-56 rounded-lg" />
    </div>
  )
}
