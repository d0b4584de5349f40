'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import type { MyInviteView } from '@/domain/workspace'
import { Address } from '../address/address'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'
import { toast } from '../ui/toast'
import { roleWords } from './role-words'

/** The invitations that wait for the signed-in person, each to accept or to decline. */
export function MyInvites({ onAnswered }: { onAnswered?: () => void }) {
  const trpc = useTRPC()
  const { data: invites = [] } = useQuery(trpc.workspaces.myInvites.queryOptions())
  if (invites.length === 0) return <EmptyState title="No invitation waits for you" />
  return (
    <ul className="grid gap-3">
      {invites.map((invite) => (
        <li key={invite.id}>
          <InviteCard invite={invite} onAnswered={onAnswered} />
        </li>
      ))}
    </ul>
  )
}

type InviteCardProps = { invite: MyInviteView; onAnswered: (() => void) | undefined }

function InviteCard({ invite, onAnswered }: InviteCardProps) {
  const trpc = useTRPC()
  const router = useRouter()
  const queryClient = useQueryClient()
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.workspaces.pathKey() })
  const accept = useMutation(
    trpc.workspaces.acceptInvite.mutationOptions({
      onSuccess: async () => {
        await refresh()
        onAnswered?.()
        router.push(`/w/${invite.workspace.slug}`)
        router.refresh()
      },
    }),
  )
  const decline = useMutation(
    trpc.workspaces.declineInvite.mutationOptions({
      onSuccess: async () => {
        await refresh()
        toast.success(`Declined the invitation to ${invite.workspace.name}`)
        onAnswered?.()
      },
    }),
  )
  const role = roleWords(invite.role)
  return (
    <div className="grid gap-3 rounded-lg border p-4">
      <div className="grid gap-1">
        <p className="font-medium">
          {invite.workspace.name} as {role.label.toLowerCase()}
        </p>
        <p className="text-[0.8125rem] text-ink-muted">{role.description}.</p>
        <p className="flex flex-wrap items-center gap-x-2 text-[0.8125rem] text-ink-muted">
          Invited by <Address address={invite.invitedBy} size="sm" isPlain />, ends{' '}
          <RelativeTime at={invite.expiresAt} />
        </p>
      </div>
      {accept.isError || decline.isError ? <ProblemState error={accept.error ?? decline.error} /> : null}
      <div className="flex gap-2">
        <Button
          variant="primary"
          pending={accept.isPending && 'Joining'}
          onClick={() => accept.mutate({ inviteId: invite.id })}
        >
          Join
        </Button>
        <Button
          variant="ghost"
          pending={decline.isPending && 'Declining'}
          onClick={() => decline.mutate({ inviteId: invite.id })}
        >
          Decline
        </Button>
      </div>
    </div>
  )
}
