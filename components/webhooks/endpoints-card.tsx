'use client'

import { useQuery } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { CircleOff, Plus, Webhook } from 'lucide-react'
import Link from 'next/link'
import { useMemo } from 'react'
import { WEBHOOK_EVENT_TYPES, type WebhookEndpointView } from '@/domain/webhook'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { CopyButton } from '../ui/copy-button'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'
import { DeliveryBadge } from './delivery-badge'
import { deliveryHref } from './delivery-href'
import { type EndpointAct, EndpointMenu } from './endpoint-menu'
import { EndpointNotices } from './endpoint-notices'

const REFRESH_MILLISECONDS = 10_000

export type OnAct = (act: EndpointAct, endpoint: WebhookEndpointView) => void
type EndpointsCardProps = { onAct: OnAct; onAdd: () => void }

/** The workspace's endpoints: where they are, what they are told, and whether it arrives. */
export function EndpointsCard({ onAct, onAdd }: EndpointsCardProps) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayManage = useMay('manage-webhooks')
  const endpoints = useQuery(
    trpc.webhooks.list.queryOptions({ workspaceId }, { refetchInterval: REFRESH_MILLISECONDS }),
  )
  const columns = useMemo(() => columnsFor({ mayManage, onAct }), [mayManage, onAct])
  return (
    <Card aria-labelledby="endpoints-heading" aria-busy={endpoints.isPending}>
      <CardHeader
        id="endpoints-heading"
        title="Endpoints"
        description="Each is told the events it wants, signed with a secret of its own."
        actions={
          mayManage && endpoints.data && endpoints.data.length > 0 ? (
            <Button variant="primary" onClick={onAdd}>
              <Plus aria-hidden />
              Add an endpoint
            </Button>
          ) : undefined
        }
      />
      <StaleNotice query={endpoints} className="mx-5 mb-4" />
      {endpoints.isError && !endpoints.data ? (
        <ProblemState error={endpoints.error} onRetry={() => endpoints.refetch()} className="mx-5 mb-5" />
      ) : (
        <>
          <EndpointNotices endpoints={endpoints.data ?? []} mayManage={mayManage} onAct={onAct} />
          <DataTable
            caption="Webhook endpoints"
            columns={columns}
            rows={endpoints.data ?? []}
            rowId={({ id }) => id}
            isLoading={endpoints.isPending}
            skeletonRows={2}
            empty={<NoEndpoints onAdd={mayManage ? onAdd : undefined} />}
          />
        </>
      )}
    </Card>
  )
}

function NoEndpoints({ onAdd }: { onAdd: (() => void) | undefined }) {
  return (
    <EmptyState
      icon={Webhook}
      title="No endpoint yet"
      className="border-t"
      action={
        onAdd ? (
          <Button variant="primary" onClick={onAdd}>
            Add an endpoint
          </Button>
        ) : undefined
      }
    >
      {onAdd
        ? 'Your server is told when a payout moves, a deposit arrives or a balance runs low.'
        : 'Owners and admins add the servers that are told what happens here.'}
    </EmptyState>
  )
}

type ColumnsFor = { mayManage: boolean; onAct: OnAct }

function columnsFor({ mayManage, onAct }: ColumnsFor): ColumnDef<WebhookEndpointView>[] {
  const onWide = { isHiddenOnPhone: true } satisfies ColumnMeta
  return [
    { id: 'url', header: 'Endpoint', cell: ({ row: { original } }) => <UrlCell endpoint={original} /> },
    {
      id: 'events',
      header: 'Events',
      meta: onWide,
      cell: ({ row: { original } }) => <EventsCell endpoint={original} />,
    },
    { id: 'state', header: 'State', cell: ({ row: { original } }) => <StateBadge endpoint={original} /> },
    {
      id: 'last',
      header: 'Last delivery',
      meta: onWide,
      cell: ({ row: { original } }) => <LastCell endpoint={original} />,
    },
    ...(mayManage ? [menuColumn(onAct)] : []),
  ]
}

function menuColumn(onAct: OnAct): ColumnDef<WebhookEndpointView> {
  return {
    id: 'acts',
    header: () => <span className="sr-only">More</span>,
    meta: { align: 'right', className: 'w-12' } satisfies ColumnMeta,
    cell: ({ row: { original } }) => <EndpointMenu endpoint={original} onAct={onAct} />,
  }
}

function UrlCell({ endpoint: { url, description } }: { endpoint: WebhookEndpointView }) {
  return (
    <div className="grid min-w-0 gap-0.5">
      <span className="flex items-center gap-1">
        <code className="max-w-36 truncate font-mono text-[0.8125rem] sm:max-w-80" title={url}>
          {url.replace(/^https:\/\//, '')}
        </code>
        <CopyButton value={url} what="the URL" className="-my-1.5" />
      </span>
      {description ? (
        <span className="max-w-36 truncate text-[0.8125rem] text-ink-muted sm:max-w-80">{description}</span>
      ) : null}
    </div>
  )
}

function EventsCell({ endpoint: { eventTypes } }: { endpoint: WebhookEndpointView }) {
  if (eventTypes.length === 0) return 'Every event'
  return (
    <span title={eventTypes.join('\n')}>
      {eventTypes.length === 1 ? (
        <code className="font-mono text-[0.8125rem]">{eventTypes[0]}</code>
      ) : (
        `${eventTypes.length} of ${WEBHOOK_EVENT_TYPES.length} types`
      )}
    </span>
  )
}

function StateBadge({ endpoint }: { endpoint: WebhookEndpointView }) {
  if (!endpoint.isEnabled) {
    const isAutomatic = endpoint.disabledReason !== null
    return (
      <Badge tone={isAutomatic ? 'danger' : 'neutral'} icon={isAutomatic ? undefined : CircleOff}>
        {isAutomatic ? 'Turned off' : 'Off'}
      </Badge>
    )
  }
  if (endpoint.failingSince) {
    return (
      <Badge tone="caution" hint="Nothing has arrived for a while. After three days it is turned off.">
        Failing
      </Badge>
    )
  }
  return <Badge tone="positive">On</Badge>
}

function LastCell({ endpoint: { lastDelivery } }: { endpoint: WebhookEndpointView }) {
  const { slug } = useWorkspace()
  if (!lastDelivery) return <span className="text-ink-faint">None yet</span>
  return (
    <span className="flex items-center gap-2">
      <DeliveryBadge delivery={lastDelivery} />
      <Link
        href={deliveryHref(slug, lastDelivery.id)}
        aria-label={`The delivery of ${lastDelivery.type}`}
        className="rounded-sm text-ink-muted underline-offset-4 hover:underline"
      >
        <RelativeTime at={lastDelivery.createdAt} />
      </Link>
    </span>
  )
}
