'use client'

import type { WebhookDeliveryView } from '@/domain/webhook'
import { Badge } from '../ui/badge'
import { RelativeTime } from '../ui/relative-time'
import { deliveryState } from './delivery-words'

type DeliveryBadgeProps = {
  delivery: Pick<WebhookDeliveryView, 'status' | 'attempts' | 'lastError'> & { nextAttemptAt?: string | null }
  isHintShown?: boolean
}

/** What became of a delivery, why, and when it is tried again. */
export function DeliveryBadge({ delivery, isHintShown }: DeliveryBadgeProps) {
  const { tone, word, hint } = deliveryState(delivery)
  const { nextAttemptAt } = delivery
  return (
    <Badge
      tone={tone}
      isHintShown={isHintShown}
      hint={
        hint ? (
          <>
            {hint}
            {nextAttemptAt ? (
              <>
                {' '}
                Next try <RelativeTime at={nextAttemptAt} />.
              </>
            ) : null}
          </>
        ) : undefined
      }
    >
      {word}
    </Badge>
  )
}
