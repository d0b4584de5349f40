'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import * as z from 'zod'
import type { WebhookAttemptView, WebhookDeliveryDetailsView } from '@/domain/webhook'
import { LocalTime } from '../activity/local-time'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { DetailsSheet } from '../trpc/details-sheet'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { toast } from '../ui/toast'
import { CodeBlock } from './code-block'
import { DeliveryBadge } from './delivery-badge'
import { prettyBody, reasonWords } from './delivery-words'

const REFRESH_MILLISECONDS = 3_000

type DeliverySheetProps = { deliveryId: string; onClose: () => void; onOpen: (deliveryId: string) => void }

/** One delivery beside the list: what was sent, every try and its answer, and sending it again. */
export default function DeliverySheet({ deliveryId, onClose, onOpen }: DeliverySheetProps) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const isId = z.uuid().safeParse(deliveryId).success
  const details = useQuery(
    trpc.webhooks.delivery.queryOptions(
      { workspaceId, id: deliveryId },
      { enabled: isId, refetchInterval: REFRESH_MILLISECONDS, retry: false },
    ),
  )
  return (
    <DetailsSheet
      thing="delivery"
      title={details.data?.type ?? 'Delivery'}
      isId={isId}
      query={details}
      onClose={onClose}
      className="sm:max-w-xl"
    >
      {(delivery) => <Details delivery={delivery} onOpen={onOpen} />}
    </DetailsSheet>
  )
}

type DetailsProps = { delivery: WebhookDeliveryDetailsView; onOpen: (deliveryId: string) => void }

function Details({ delivery, onOpen }: DetailsProps) {
  const mayManage = useMay('manage-webhooks')
  return (
    <div className="grid grid-cols-1 gap-6">
      <Facts delivery={delivery} />
      {mayManage && delivery.status !== 'pending' ? <SendAgain id={delivery.id} onSent={onOpen} /> : null}
      <section aria-label="Body" className="grid min-w-0 gap-1.5">
        <h3 className="text-[0.8125rem] font-medium">Body</h3>
        <CodeBlock text={prettyBody(delivery.body)} what="the body" />
      </section>
      <section aria-label="Tries" className="grid min-w-0 gap-3">
        <h3 className="text-[0.8125rem] font-medium">Tries, newest first</h3>
        {delivery.tries.length === 0 ? <p className="text-ink-muted">None yet.</p> : null}
        {[...delivery.tries].reverse().map((one) => (
          <Try key={one.id} of={one} />
        ))}
      </section>
    </div>
  )
}

function SendAgain({ id, onSent }: { id: string; onSent: (deliveryId: string) => void }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const replay = useMutation(
    trpc.webhooks.replay.mutationOptions({
      onSuccess: ({ deliveryId }) => {
        void queryClient.invalidateQueries({ queryKey: trpc.webhooks.deliveries.pathKey() })
        toast.success('It is on its way again')
        onSent(deliveryId)
      },
      onError: (error) => toast.error('It was not sent', { description: readProblem(error).detail }),
    }),
  )
  return (
    <Button
      className="justify-self-start"
      pending={replay.isPending && 'Sending'}
      onClick={() => replay.mutate({ workspaceId, id })}
    >
      <RotateCw aria-hidden />
      Send again
    </Button>
  )
}

function Facts({ delivery }: { delivery: WebhookDeliveryDetailsView }) {
  return (
    <dl className="grid grid-cols-[6rem_1fr] items-baseline gap-x-4 gap-y-2.5">
      <Fact label="State">
        <DeliveryBadge delivery={delivery} isHintShown />
      </Fact>
      <Fact label="To">
        <span className="font-mono text-xs break-all">{delivery.url}</span>
      </Fact>
      <Fact label="Message id">
        <span className="inline-flex max-w-full items-center gap-1">
          <span className="font-mono text-xs break-all">{delivery.messageId}</span>
          <CopyButton value={delivery.messageId} what="the message id" className="size-7" />
        </span>
      </Fact>
      <Fact label="Made">
        <LocalTime at={delivery.createdAt} />
        {delivery.replayedBy ? ', sent again by a person' : null}
      </Fact>
    </dl>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-[0.8125rem] text-ink-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function Try({ of }: { of: WebhookAttemptView }) {
  const headers = Object.entries(of.requestHeaders)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
  return (
    <details className="min-w-0 rounded-md border px-3 py-2 [&[open]>summary]:mb-3">
      <summary className="flex cursor-pointer flex-wrap items-baseline justify-between gap-x-4">
        <span className={of.error ? 'text-danger' : 'text-positive'}>
          {of.error ? reasonWords(of.error) : `It answered ${of.responseStatus}`}
        </span>
        <span className="figures text-[0.8125rem] text-ink-muted">
          {of.durationMilliseconds.toLocaleString('en')} ms, <LocalTime at={of.at} />
        </span>
      </summary>
      <div className="grid grid-cols-1 gap-3 pb-1">
        <div className="grid min-w-0 gap-1.5">
          <p className="text-[0.8125rem] text-ink-muted">Headers sent</p>
          <CodeBlock text={headers} what="the headers" />
        </div>
        {of.responseBody ? (
          <div className="grid min-w-0 gap-1.5">
            <p className="text-[0.8125rem] text-ink-muted">Answer, at most 2 KiB</p>
            <CodeBlock text={of.responseBody} what="the answer" />
          </div>
        ) : null}
      </div>
    </details>
  )
}
