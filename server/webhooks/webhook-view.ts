import type {
  DefaultSecretView,
  WebhookAttemptView,
  WebhookDeliveryView,
  WebhookEndpointView,
} from '@/domain/webhook'
import type { DefaultSecretRow } from './default-secret-repository'
import type { AttemptRow, DeliveryRow } from './delivery-repository'
import type { EndpointListRow, EndpointRow } from './endpoint-repository'
import { messageIdOf } from './sign-message'

export function toEndpointView(row: EndpointRow, last: EndpointListRow['last']): WebhookEndpointView {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    eventTypes: row.eventTypes,
    isEnabled: row.isEnabled,
    disabledReason: row.disabledReason,
    disabledAt: toIso(row.disabledAt),
    failingSince: toIso(row.failingSince),
    previousSecretEndsAt: toIso(row.previousEndsAt),
    createdAt: row.createdAt.toISOString(),
    lastDelivery: last ? { ...last, createdAt: new Date(last.createdAt).toISOString() } : null,
  }
}

export function toDeliveryView(row: DeliveryRow): WebhookDeliveryView {
  return {
    id: row.id,
    messageId: messageIdOf(row.eventId),
    type: row.type,
    endpointId: row.endpointId,
    url: row.url,
    payoutId: row.payoutId,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: row.status === 'pending' ? row.nextAttemptAt.toISOString() : null,
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    replayedBy: row.replayedBy,
    createdAt: row.createdAt.toISOString(),
    deliveredAt: toIso(row.deliveredAt),
  }
}

export function toAttemptView(row: AttemptRow): WebhookAttemptView {
  return { ...row, id: row.id.toString(), at: row.at.toISOString() }
}

export function toDefaultSecretView(row: DefaultSecretRow | null): DefaultSecretView {
  return {
    createdAt: toIso(row?.createdAt ?? null),
    rotatedAt: toIso(row?.rotatedAt ?? null),
    previousSecretEndsAt: toIso(row?.previousEndsAt ?? null),
  }
}

function toIso(at: Date | null): string | null {
  return at?.toISOString() ?? null
}
