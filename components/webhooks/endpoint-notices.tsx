'use client'

import type { WebhookEndpointView } from '@/domain/webhook'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'
import type { OnAct } from './endpoints-card'

type EndpointNoticesProps = {
  endpoints: readonly WebhookEndpointView[]
  mayManage: boolean
  onAct: OnAct
}

/** The endpoints that were turned off without a person, why, and the way back. */
export function EndpointNotices({ endpoints, mayManage, onAct }: EndpointNoticesProps) {
  const off = endpoints.filter(({ isEnabled, disabledReason }) => !isEnabled && disabledReason !== null)
  if (off.length === 0) return null
  return (
    <div className="grid gap-3 px-5 pb-4">
      {off.map((endpoint) => (
        <Notice
          key={endpoint.id}
          tone="danger"
          title={`${new URL(endpoint.url).host} was turned off`}
          action={
            mayManage ? (
              <Button size="sm" onClick={() => onAct('turn-on', endpoint)}>
                Turn on again
              </Button>
            ) : undefined
          }
        >
          {endpoint.disabledReason === 'gone'
            ? 'It answered 410 Gone'
            : 'Everything sent to it failed for three days'}
          {endpoint.disabledAt ? (
            <>
              , <RelativeTime at={endpoint.disabledAt} />
            </>
          ) : null}
          . What happened since was not sent; turned on again, it can be.
        </Notice>
      ))}
    </div>
  )
}
