import type { DeliveriesFilter } from '@/domain/webhook'
import { streamCsv } from '@/server/core/stream-csv'
import { type DeliveryRow, selectDeliveries } from './delivery-repository'
import { toDeliveryView } from './webhook-view'

const COLUMNS = [
  'message_id',
  'created_at',
  'event_type',
  'url',
  'payout_id',
  'status',
  'tries',
  'last_status',
  'last_error',
  'next_try_at',
  'delivered_at',
  'sent_again_by',
  'id',
]

/** A workspace's webhook deliveries as CSV, newest first. */
export function exportDeliveriesCsv({
  workspaceId,
  filter: { endpointId, status },
}: {
  workspaceId: string
  filter: DeliveriesFilter
}): ReadableStream<Uint8Array> {
  const isOfPayouts = endpointId === 'payouts'
  return streamCsv<DeliveryRow>({
    columns: COLUMNS,
    read: (last, take) =>
      selectDeliveries({
        workspaceId,
        endpointId: isOfPayouts ? null : (endpointId ?? null),
        isOfPayouts,
        status: status ?? null,
        before: last?.id ?? null,
        take,
      }),
    toRecord,
  })
}

function toRecord(row: DeliveryRow): string[] {
  const delivery = toDeliveryView(row)
  return [
    delivery.messageId,
    delivery.createdAt,
    delivery.type,
    delivery.url,
    delivery.payoutId ?? '',
    delivery.status,
    String(delivery.attempts),
    delivery.lastStatus?.toString() ?? '',
    delivery.lastError ?? '',
    delivery.nextAttemptAt ?? '',
    delivery.deliveredAt ?? '',
    delivery.replayedBy ?? '',
    delivery.id,
  ]
}
