'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { storedAddress } from '@/domain/address'
import type { MemberView } from '@/domain/workspace'
import { Address } from '../address/address'
import { shortAddress } from '../address/short-address'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { DangerDialog } from '../ui/danger-dialog'
import { toast } from '../ui/toast'
import { roleWords } from '../workspaces/role-words'

/** Takes a member out at once, with the invitations they made. */
export function RemoveMemberDialog({ member, onClose }: { member: MemberView; onClose: () => void }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id, name } = useWorkspace()
  const remove = useMutation(
    trpc.workspaces.removeMember.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.workspaces.pathKey() })
        toast.success(`${shortAddress(member.address)} is not a member any more`)
        onClose()
      },
    }),
  )
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Remove this member from ${name}`}
      confirmName={shortAddress(member.address).slice(-4)}
      actionLabel="Remove the member"
      pendingLabel="Removing"
      isPending={remove.isPending}
      error={remove.isError ? readProblem(remove.error).detail : null}
      onConfirm={() => remove.mutate({ workspaceId: id, address: storedAddress(member.address) })}
    >
      <Address address={member.address} isPlain className="text-ink" />
      <p>
        This {roleWords(member.role).label.toLowerCase()} loses access at once, and the invitations they made
        end. No money moves. They can be invited again. Type the last four digits of the address.
      </p>
    </DangerDialog>
  )
}
