'use client'

import type { WebhookDeliveryView } from '@/domain/webhook'
import { Badge } from '../ui/badge'
import { deliveryState } from './delivery-words'

type DeliveryBadgeProps = { delivery: Pick<WebhookDeliveryView, 'status' | 'attempts' | 'lastError'> }

/** What became of a delivery. */
export function DeliveryBadge({ delivery }: DeliveryBadgeProps) {
  const { tone, word, hint } = deliveryState(delivery)
  return (
    <Badge tone={tone} hint={hint}>
      {word}
    </Badge>
  )
}
