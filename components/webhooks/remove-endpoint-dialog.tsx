'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { WebhookEndpointView } from '@/domain/webhook'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { toast } from '../ui/toast'

type EndpointActDialogProps = { endpoint: WebhookEndpointView; onClose: () => void }

/** Removes an endpoint with its secret. */
export default function RemoveEndpointDialog({ endpoint, onClose }: EndpointActDialogProps) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const remove = useMutation(
    trpc.webhooks.remove.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() })
        toast.success('The endpoint is removed')
        onClose()
      },
    }),
  )
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="Remove the endpoint"
      confirmName={new URL(endpoint.url).host}
      actionLabel="Remove the endpoint"
      pendingLabel="Removing"
      isPending={remove.isPending}
      error={remove.isError ? readProblem(remove.error).detail : null}
      onConfirm={() => remove.mutate({ workspaceId, id: endpoint.id })}
    >
      <p>
        <span className="font-mono text-[0.8125rem] break-all text-ink">{endpoint.url}</span> is told nothing
        more; what waits for it is not sent. Its secret is deleted, its past deliveries stay to be read.
      </p>
    </DangerDialog>
  )
}
