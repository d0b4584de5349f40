'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { SECRET_OVERLAP_HOURS, type WebhookEndpointView, type WebhookSecretView } from '@/domain/webhook'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'

type RotateSecretDialogProps = {
  /** Null rotates the secret of payouts' own addresses. */
  endpoint: WebhookEndpointView | null
  /** Whether there is one that signs now. */
  isFirst?: boolean
  onClose: () => void
  onRotated: (rotated: WebhookSecretView) => void
}

/** Asks before the present secret gets its end. */
export default function RotateSecretDialog({
  endpoint,
  isFirst = false,
  onClose,
  onRotated,
}: RotateSecretDialogProps) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const { id: workspaceId, slug } = useWorkspace()
  const rotate = useMutation({
    mutationFn: () =>
      endpoint
        ? client.webhooks.rotateSecret.mutate({ workspaceId, id: endpoint.id })
        : client.webhooks.defaultSecret.rotate.mutate({ workspaceId }),
    onSuccess: (rotated) => {
      void queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() })
      onRotated(rotated)
    },
  })
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={isFirst ? 'Make the secret' : 'Rotate the secret'}
      // The present secret ends by it; making the first one ends nothing.
      {...(isFirst ? {} : { confirmName: endpoint ? new URL(endpoint.url).host : slug })}
      actionLabel={isFirst ? 'Make the secret' : 'Rotate the secret'}
      pendingLabel={isFirst ? 'Making it' : 'Rotating'}
      isPending={rotate.isPending}
      error={rotate.isError ? readProblem(rotate.error).detail : null}
      onConfirm={() => rotate.mutate()}
    >
      <p>
        You get a new secret, shown once.{' '}
        {isFirst
          ? 'It signs from the next message on.'
          : `For ${SECRET_OVERLAP_HOURS} hours each message is signed with both, so that your server can change over; then the present one is worthless. One that is being rotated out already keeps its own hours.`}
      </p>
    </DangerDialog>
  )
}
