'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type PricedApiView, REVENUE_DAYS } from '@/domain/priced-api'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { toast } from '../ui/toast'

/** Removes an API for good: agents are answered 404 from then on. */
export default function RemoveApiDialog({ api, onClose }: { api: PricedApiView; onClose: () => void }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const remove = useMutation(
    trpc.pricedApis.remove.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.pricedApis.pathKey() })
        toast.success(`${api.name} is removed`)
        onClose()
      },
    }),
  )
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Remove ${api.name}`}
      confirmName={api.slug}
      actionLabel="Remove the API"
      pendingLabel="Removing"
      isPending={remove.isPending}
      error={remove.isError ? readProblem(remove.error).detail : null}
      onConfirm={() => remove.mutate({ workspaceId, id: api.id, confirmSlug: api.slug })}
    >
      <p>
        Agents called it {api.calls.toLocaleString('en')} times in the last {REVENUE_DAYS} days and paid{' '}
        <Amount value={api.revenueMicroUsdc} className="text-ink" />. From now on they are answered 404. The
        revenue stays yours, and nobody else can take the address. Its secret header is deleted.
      </p>
    </DangerDialog>
  )
}
