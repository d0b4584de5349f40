'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { Inbox } from 'lucide-react'
import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import type { WebhookDeliveryView } from '@/domain/webhook'
import { LoadMore } from '../activity/load-more'
import { LocalTime } from '../activity/local-time'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { ExportCsv } from '../ui/export-csv'
import { Select } from '../ui/select'
import { DeliveryBadge } from './delivery-badge'
import { DELIVERIES_PAGE, deliveriesFilterOf, deliveriesPaging, webhooksParams } from './webhooks-params'

const REFRESH_MILLISECONDS = 5_000
const ALL = 'all'
const STATUSES = [
  { value: ALL, label: 'Every state' },
  { value: 'pending', label: 'On their way' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'failed', label: 'Failed' },
] as const

/** What was sent, newest first, filtered by the address of the page. */
export function DeliveriesCard() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const [params, setParams] = useQueryStates(webhooksParams)
  const input = { workspaceId, limit: DELIVERIES_PAGE, ...deliveriesFilterOf(params) }
  const deliveries = useInfiniteQuery(
    trpc.webhooks.deliveries.infiniteQueryOptions(input, {
      ...deliveriesPaging,
      refetchInterval: REFRESH_MILLISECONDS,
    }),
  )
  const rows = useMemo(
    () => deliveries.data?.pages.flatMap((page) => page.deliveries) ?? [],
    [deliveries.data],
  )
  const isFiltered = params.endpoint !== null || params.status !== null
  const clear = () => void setParams({ endpoint: null, status: null })
  return (
    <Card aria-labelledby="deliveries-heading" aria-busy={deliveries.isPending}>
      <CardHeader
        id="deliveries-heading"
        title="Deliveries"
        description="Kept for 30 days, with every try."
        actions={<Filters />}
      />
      <StaleNotice query={deliveries} className="mx-5 mb-4" />
      {deliveries.isError && !deliveries.data ? (
        <ProblemState error={deliveries.error} onRetry={() => deliveries.refetch()} className="mx-5 mb-5" />
      ) : (
        <DataTable
          caption="Deliveries"
          columns={COLUMNS}
          rows={rows}
          rowId={({ id }) => id}
          isLoading={deliveries.isPending}
          onOpen={({ id }) => void setParams({ delivery: id })}
          empty={<NoDeliveries onClear={isFiltered ? clear : undefined} />}
        />
      )}
      {deliveries.hasNextPage ? (
        <LoadMore
          isLoading={deliveries.isFetchingNextPage}
          isError={deliveries.isFetchNextPageError}
          onLoad={() => void deliveries.fetchNextPage()}
        />
      ) : null}
    </Card>
  )
}

function Filters() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const endpoints = useQuery(trpc.webhooks.list.queryOptions({ workspaceId }))
  const [{ endpoint, status }, setParams] = useQueryStates(webhooksParams)
  const options = [
    { value: ALL, label: 'Every address' },
    ...(endpoints.data ?? []).map(({ id, url }) => ({ value: id, label: url.replace(/^https?:\/\//, '') })),
    { value: 'payouts', label: 'Payouts’ own addresses' },
  ]
  const chosen = options.some(({ value }) => value === endpoint) ? (endpoint ?? ALL) : ALL
  return (
    <div className="flex flex-wrap gap-2">
      <Select
        aria-label="Address"
        value={chosen}
        onValueChange={(value) => void setParams({ endpoint: value === ALL ? null : value })}
        options={options}
        className="w-44 truncate"
      />
      <Select
        aria-label="State"
        value={status ?? ALL}
        onValueChange={(value) => void setParams({ status: value === ALL ? null : value })}
        options={STATUSES}
        className="w-36"
      />
      <ExportCsv
        href={`/api/v1/webhook-deliveries.csv?${new URLSearchParams({ workspaceId, ...deliveriesFilterOf({ endpoint, status }) })}`}
      />
    </div>
  )
}

function NoDeliveries({ onClear }: { onClear: (() => void) | undefined }) {
  return (
    <EmptyState
      icon={Inbox}
      title={onClear ? 'Nothing of this kind' : 'Nothing was sent yet'}
      className="border-t"
      action={onClear ? <Button onClick={onClear}>Show all</Button> : undefined}
    >
      {onClear
        ? 'No delivery fits the filters.'
        : 'Each message to an endpoint appears here with its answer.'}
    </EmptyState>
  )
}

const COLUMNS: ColumnDef<WebhookDeliveryView>[] = [
  { id: 'event', header: 'Event', cell: ({ row: { original } }) => <EventCell delivery={original} /> },
  {
    id: 'to',
    header: 'To',
    meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row: { original } }) => (
      <span
        className="block max-w-64 truncate font-mono text-[0.8125rem] text-ink-muted"
        title={original.url}
      >
        {original.url.replace(/^https?:\/\//, '')}
      </span>
    ),
  },
  {
    id: 'tries',
    header: 'Tries',
    meta: { align: 'right', isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row: { original } }) => <span className="figures">{original.attempts}</span>,
  },
  { id: 'state', header: 'State', cell: ({ row: { original } }) => <DeliveryBadge delivery={original} /> },
  {
    id: 'when',
    header: 'When',
    meta: { align: 'right', isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row: { original } }) => (
      <LocalTime at={original.createdAt} className="figures whitespace-nowrap text-ink-muted" />
    ),
  },
]

function EventCell({
  delivery: { type, payoutId, replayedBy, createdAt },
}: {
  delivery: WebhookDeliveryView
}) {
  return (
    <div className="grid min-w-0 gap-0.5">
      <span className="flex flex-wrap items-center gap-2">
        <code className="font-mono text-[0.8125rem] break-all">{type}</code>
        {replayedBy ? <Badge icon={null}>Again</Badge> : null}
      </span>
      {payoutId ? (
        <span className="max-w-40 truncate text-[0.8125rem] text-ink-muted sm:max-w-56" title={payoutId}>
          {payoutId}
        </span>
      ) : null}
      <LocalTime at={createdAt} className="figures text-[0.8125rem] text-ink-muted sm:hidden" />
    </div>
  )
}
