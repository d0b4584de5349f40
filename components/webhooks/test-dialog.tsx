'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { WebhookDeliveryDetailsView, WebhookEndpointView } from '@/domain/webhook'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Notice } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { CodeBlock } from './code-block'
import { prettyBody, reasonWords } from './delivery-words'

const LOOK_MILLISECONDS = 500

/** Sends a test event and shows what comes back, as it comes. */
export default function TestDialog({
  endpoint,
  onClose,
}: {
  endpoint: WebhookEndpointView
  onClose: () => void
}) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const test = useMutation(trpc.webhooks.sendTest.mutationOptions())
  const { mutate } = test
  const isAsked = useRef(false)
  useEffect(() => {
    // Strict mode runs effects twice; one press sends one test.
    if (isAsked.current) return
    isAsked.current = true
    mutate({ workspaceId, id: endpoint.id })
  }, [mutate, workspaceId, endpoint.id])
  const result = useQuery(
    trpc.webhooks.delivery.queryOptions(
      { workspaceId, id: test.data?.deliveryId ?? '' },
      {
        enabled: test.data !== undefined,
        refetchInterval: ({ state }) =>
          state.data?.status === 'pending' || !state.data ? LOOK_MILLISECONDS : false,
      },
    ),
  )
  const failure = test.error ?? result.error
  const isEnded = result.data !== undefined && result.data.status !== 'pending'
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Test event"
        description={`A webhook.test to ${endpoint.url}. It is tried once.`}
        className="[&_p]:break-words"
        footer={
          <>
            <Button onClick={onClose}>Close</Button>
            <Button
              variant="primary"
              disabled={!isEnded && !failure}
              pending={test.isPending && 'Sending'}
              onClick={() => mutate({ workspaceId, id: endpoint.id })}
            >
              Send another
            </Button>
          </>
        }
      >
        {failure ? (
          <ProblemState error={failure} />
        ) : isEnded ? (
          <Outcome delivery={result.data} />
        ) : (
          <Spinner>Waiting for the answer, at most 15 seconds</Spinner>
        )}
      </DialogContent>
    </Dialog>
  )
}

function Outcome({ delivery }: { delivery: WebhookDeliveryDetailsView }) {
  const last = delivery.tries.at(-1)
  const isDelivered = delivery.status === 'delivered'
  return (
    <div className="grid grid-cols-1 gap-4">
      <Notice
        tone={isDelivered ? 'positive' : 'danger'}
        title={isDelivered ? `It answered ${last?.responseStatus}` : reasonWords(delivery.lastError ?? '')}
      >
        {last ? `After ${last.durationMilliseconds.toLocaleString('en')} ms.` : null}
      </Notice>
      <div className="grid gap-1.5">
        <p className="text-[0.8125rem] font-medium">Sent</p>
        <CodeBlock text={prettyBody(delivery.body)} what="the body" />
      </div>
      {last?.responseBody ? (
        <div className="grid gap-1.5">
          <p className="text-[0.8125rem] font-medium">Answer</p>
          <CodeBlock text={last.responseBody} what="the answer" />
        </div>
      ) : null}
    </div>
  )
}
