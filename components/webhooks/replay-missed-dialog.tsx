'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { REPLAY_LIMIT, type WebhookEndpointView } from '@/domain/webhook'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Field } from '../ui/field'
import { Select } from '../ui/select'
import { toast } from '../ui/toast'

const HOUR_MILLISECONDS = 3_600_000
const SPANS = [
  { value: '1', label: 'The last hour' },
  { value: '24', label: 'The last day' },
  { value: '72', label: 'The last three days' },
  { value: '168', label: 'The last week' },
  { value: '720', label: 'The last 30 days' },
] as const

/** Sends an endpoint what it wants and never got. */
export default function ReplayMissedDialog({
  endpoint,
  onClose,
}: {
  endpoint: WebhookEndpointView
  onClose: () => void
}) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const [hours, setHours] = useState<(typeof SPANS)[number]['value']>('72')
  const replay = useMutation(
    trpc.webhooks.replayMissed.mutationOptions({
      onSuccess: async ({ count, hasMore }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() })
        toast.success(
          count === 0 ? 'It has missed nothing' : `${count.toLocaleString('en')} events are on their way`,
          {
            ...(hasMore ? { description: 'There are more: send again when these have arrived.' } : {}),
          },
        )
        onClose()
      },
    }),
  )
  const send = () => {
    const since = new Date(Date.now() - Number(hours) * HOUR_MILLISECONDS).toISOString()
    replay.mutate({ workspaceId, id: endpoint.id, since })
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Send what it missed"
        description={`Events that failed, or happened while the endpoint was off. Oldest first, up to ${REPLAY_LIMIT.toLocaleString('en')} at once, each with its own id as before.`}
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" pending={replay.isPending && 'Sending'} onClick={send}>
              Send them
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <Field label="Of">
            {(control) => <Select {...control} value={hours} onValueChange={setHours} options={SPANS} />}
          </Field>
          {replay.isError ? <ProblemState error={replay.error} /> : null}
        </div>
      </DialogContent>
    </Dialog>
  )
}
