'use client'

import type { ColumnDef } from '@tanstack/react-table'
import type { PayoutDetailView } from '@/domain/payout-console'
import type { WebhookDeliveryView } from '@/domain/webhook'
import { LocalTime } from '../activity/local-time'
import { Badge, type Tone } from '../ui/badge'
import { Card, CardHeader } from '../ui/card'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { RelativeTime } from '../ui/relative-time'

const STATES: Record<WebhookDeliveryView['status'], { tone: Tone; label: string }> = {
  pending: { tone: 'active', label: 'On its way' },
  delivered: { tone: 'positive', label: 'Delivered' },
  failed: { tone: 'danger', label: 'Given up' },
}

const COLUMNS: ColumnDef<WebhookDeliveryView>[] = [
  {
    id: 'event',
    header: 'Event',
    cell: ({ row: { original } }) => (
      <div className="grid min-w-0 gap-0.5">
        <span className="font-mono text-[0.8125rem]">{original.type}</span>
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

function DeliveryBadge({ delivery }: { delivery: WebhookDeliveryView }) {
  const { tone, label } = STATES[delivery.status]
  const { lastStatus, lastError, nextAttemptAt } = delivery
  const said = lastError ?? (lastStatus === null ? null : `The receiver answered ${lastStatus}.`)
  const hint = (
    <>
      {said ?? 'Not tried yet.'}
      {nextAttemptAt ? (
        <>
          {' '}
          Next try <RelativeTime at={nextAttemptAt} />.
        </>
      ) : null}
    </>
  )
  return (
    <Badge tone={tone} hint={hint}>
      {label}
    </Badge>
  )
}
