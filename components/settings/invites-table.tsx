'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { MailPlus } from 'lucide-react'
import { useMemo } from 'react'
import type { InviteView } from '@/domain/workspace'
import { Address } from '../address/address'
import { shortAddress } from '../address/short-address'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'
import { toast } from '../ui/toast'
import { roleWords } from '../workspaces/role-words'

/** The open invitations. `onInvite` is given to who may invite and take back. */
export function InvitesTable({ onInvite }: { onInvite: (() => void) | undefined }) {
  const trpc = useTRPC()
  const { id } = useWorkspace()
  const invites = useQuery(trpc.workspaces.invites.queryOptions({ workspaceId: id }))
  const mayManage = onInvite !== undefined
  const columns = useMemo(() => columnsFor(mayManage), [mayManage])
  if (invites.isError && !invites.data)
    return <ProblemState error={invites.error} onRetry={() => invites.refetch()} className="m-5" />
  return (
    <>
      <StaleNotice query={invites} className="mx-5 mb-4" />
      <DataTable
        caption="Open invitations"
        columns={columns}
        rows={invites.data ?? []}
        rowId={(invite) => invite.id}
        isLoading={invites.isPending}
        skeletonRows={1}
        empty={
          <EmptyState
            icon={MailPlus}
            title="Nobody is invited"
            action={onInvite ? <Button onClick={onInvite}>Invite somebody</Button> : undefined}
          >
            A second owner keeps the workspace reachable when one wallet is lost.
          </EmptyState>
        }
      />
    </>
  )
}

function columnsFor(mayManage: boolean): ColumnDef<InviteView>[] {
  const columns: ColumnDef<InviteView>[] = [
    {
      id: 'address',
      header: 'Invited wallet',
      cell: ({ row }) => <Address address={row.original.address} />,
    },
    { id: 'role', header: 'As', cell: ({ row }) => roleWords(row.original.role).label },
    {
      id: 'by',
      header: 'Invited by',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row }) => <Address address={row.original.invitedBy} size="sm" isPlain />,
    },
    {
      id: 'expires',
      header: 'Ends',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row }) => <RelativeTime at={row.original.expiresAt} className="text-ink-muted" />,
    },
  ]
  if (!mayManage) return columns
  return [
    ...columns,
    {
      id: 'acts',
      header: () => <span className="sr-only">Take back</span>,
      meta: { align: 'right' } satisfies ColumnMeta,
      cell: ({ row }) => <RevokeInvite invite={row.original} />,
    },
  ]
}

function RevokeInvite({ invite }: { invite: InviteView }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id } = useWorkspace()
  const revoke = useMutation(
    trpc.workspaces.revokeInvite.mutationOptions({
      onSuccess: () => toast.success(`Took back the invitation of ${shortAddress(invite.address)}`),
      onError: (error) => {
        const problem = readProblem(error)
        toast.error(problem.title, { description: problem.detail })
      },
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.workspaces.pathKey() }),
    }),
  )
  return (
    <Button
      size="sm"
      pending={revoke.isPending && 'Taking back'}
      onClick={() => revoke.mutate({ workspaceId: id, inviteId: invite.id })}
    >
      Take back
    </Button>
  )
}
