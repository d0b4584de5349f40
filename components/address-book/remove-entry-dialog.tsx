'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { AddressBookEntryView } from '@/domain/address-book'
import { Address } from '../address/address'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { toast } from '../ui/toast'

type RemoveEntryDialogProps = { entry: AddressBookEntryView; onClose: () => void }

/** Forgets the name of an address; what was paid to it stays as it is. */
export default function RemoveEntryDialog({ entry, onClose }: RemoveEntryDialogProps) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const remove = useMutation(
    trpc.addressBook.remove.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.addressBook.pathKey() })
        toast.success(`${entry.name} is removed`)
        onClose()
      },
    }),
  )
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Remove ${entry.name}`}
      confirmName={entry.name}
      actionLabel="Remove the name"
      pendingLabel="Removing"
      isPending={remove.isPending}
      error={remove.isError ? readProblem(remove.error).detail : null}
      onConfirm={() => remove.mutate({ workspaceId, id: entry.id })}
    >
      <Address address={entry.address} isFull isPlain />
      <p>Approvers will see digits only. Payouts and mandates stay as they are.</p>
    </DangerDialog>
  )
}
