'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import type { PayoutCounts, PayoutRowView } from '@/domain/payout-console'
import { LoadMore } from '../activity/load-more'
import { workspaceHref } from '../shell/nav-items'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { ExportCsv } from '../ui/export-csv'
import { NoPayoutsYet } from './no-payouts-yet'
import { PayoutsFilters } from './payouts-filters'
import { filterOf, PAYOUTS_PAGE, payoutsCsvHref, payoutsPaging, payoutsParsers } from './payouts-params'
import { PayoutsTable } from './payouts-table'

// While something is open it moves within seconds; otherwise only a new payout can appear.
const OPEN_MILLISECONDS = 3000
const QUIET_MILLISECONDS = 10_000

/** Every payout of the workspace, newest first, with filters in the address and states that move by themselves. */
export function AllPayouts({ counts }: { counts: PayoutCounts | undefined }) {
  const trpc = useTRPC()
  const router = useRouter()
  const { id: workspaceId, slug } = useWorkspace()
  const [address, setAddress] = useQueryStates(payoutsParsers)
  const filter = filterOf(address)
  const list = useInfiniteQuery(
    trpc.payouts.list.infiniteQueryOptions(
      { workspaceId, limit: PAYOUTS_PAGE, ...filter },
      {
        ...payoutsPaging,
        refetchInterval: ({ state }) =>
          state.data?.pages.some(({ payouts }) =>
            payouts.some(({ isFinal, takenBack }) => !isFinal || takenBack),
          )
            ? OPEN_MILLISECONDS
            : QUIET_MILLISECONDS,
      },
    ),
  )
  const rows = useMemo(() => list.data?.pages.flatMap(({ payouts }) => payouts) ?? [], [list.data])
  const clear = () =>
    void setAddress({ status: null, agent: null, mandate: null, q: null, from: null, to: null })
  const isFiltered = Object.keys(filter).length > 0
  return (
    <Card aria-labelledby="payouts-heading" aria-busy={list.isPending}>
      <CardHeader
        id="payouts-heading"
        title="All payouts"
        description="Each is one USDC transfer that an agent asked for."
        actions={<ExportCsv href={payoutsCsvHref(workspaceId, filter)} />}
      />
      <PayoutsFilters address={address} counts={counts} onChange={(change) => void setAddress(change)} />
      <StaleNotice query={list} className="mx-5 mb-3" />
      {list.isError && !list.data ? (
        <ProblemState error={list.error} onRetry={() => list.refetch()} className="m-5" />
      ) : (
        <PayoutsTable
          payouts={rows}
          isLoading={list.isPending}
          onOpen={({ id }: PayoutRowView) => router.push(workspaceHref(slug, `/payouts/${id}`))}
          empty={isFiltered ? <NothingFound onClear={clear} /> : <NoPayoutsYet />}
        />
      )}
      {list.hasNextPage ? (
        <LoadMore
          isLoading={list.isFetchingNextPage}
          isError={list.isFetchNextPageError}
          onLoad={() => void list.fetchNextPage()}
        />
      ) : null}
    </Card>
  )
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No payout is like this"
      className="border-t"
      action={<Button onClick={onClear}>Clear the filters</Button>}
    >
      Ids, addresses and transaction hashes are found whole; beginnings and descriptions among the newest
      10,000.
    </EmptyState>
  )
}
