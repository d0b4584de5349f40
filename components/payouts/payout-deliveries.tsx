'use client'

import type { ColumnDef } from '@tanstack/react-table'
import Link from 'next/link'
import type { PayoutDetailView } from '@/domain/payout-console'
import type { WebhookDeliveryView } from '@/domain/webhook'
import { LocalTime } from '../activity/local-time'
import { useWorkspace } from '../shell/workspace-context'
import { Card, CardHeader } from '../ui/card'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { DeliveryBadge } from '../webhooks/delivery-badge'
import { deliveryHref } from '../webhooks/delivery-href'

const COLUMNS: ColumnDef<WebhookDeliveryView>[] = [
  {
    id: 'event',
    header: 'Event',
    cell: ({ row: { original } }) => (
      <div className="grid min-w-0 gap-0.5">
        <EventLink delivery={original} />
        <span className="max-w-52 truncate text-[0.8125rem] text-ink-muted sm:max-w-80" title={original.url}>
          {original.url}
        </span>
        <span className="pt-1 sm:hidden">
          <DeliveryBadge delivery={original} />
        </span>
      </div>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row: { original } }) => <DeliveryBadge delivery={original} />,
  },
  {
    id: 'tries',
    header: 'Tries',
    meta: { align: 'right', isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row: { original } }) => <span className="figures">{original.attempts}</span>,
  },
  {
    id: 'when',
    header: 'Made',
    meta: { align: 'right' } satisfies ColumnMeta,
    cell: ({ row: { original } }) => (
      <LocalTime at={original.createdAt} className="figures whitespace-nowrap text-ink-muted" />
    ),
  },
]

/** The webhooks that told of it; nothing where nobody listens. */
export function PayoutDeliveries({ payout: { deliveries } }: { payout: PayoutDetailView }) {
  if (deliveries.length === 0) return null
  return (
    <Card aria-labelledby="deliveries-heading">
      <CardHeader
        id="deliveries-heading"
        title="Webhooks"
        description="Each status was told to whoever listens."
      />
      <DataTable caption="Webhooks" columns={COLUMNS} rows={deliveries} rowId={({ id }) => id} empty={null} />
    </Card>
  )
}

function EventLink({ delivery: { id, type } }: { delivery: WebhookDeliveryView }) {
  const { slug } = useWorkspace()
  return (
    <Link
      href={deliveryHref(slug, id)}
      className="rounded-sm font-mono text-[0.8125rem] break-all underline-offset-4 hover:underline"
    >
      {type}
    </Link>
  )
}
