'use client'

import { useQuery } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { Hourglass, MoreHorizontal, Shield, UserMinus, Users } from 'lucide-react'
import { useMemo, useState } from 'react'
import { parseAddress } from '@/domain/address'
import type { MemberView } from '@/domain/workspace'
import { Address } from '../address/address'
import { shortAddress } from '../address/short-address'
import { type Names, useNames } from '../address/use-names'
import { useMay, usePerson, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '../ui/dropdown-menu'
import { EmptyState } from '../ui/empty-state'
import { exactTime, relativeTime } from '../ui/format-time'
import { RelativeTime } from '../ui/relative-time'
import { useNow } from '../ui/use-now'
import { roleWords } from '../workspaces/role-words'
import { ChangeRoleDialog } from './change-role-dialog'
import { RemoveMemberDialog } from './remove-member-dialog'

type Asked = { act: 'role' | 'remove'; member: MemberView }

export function MembersTable() {
  const trpc = useTRPC()
  const { id } = useWorkspace()
  const { address } = usePerson()
  const mayManage = useMay('manage-members')
  const members = useQuery(trpc.workspaces.members.queryOptions({ workspaceId: id }))
  const [asked, setAsked] = useState<Asked | null>(null)
  const names = useNames((members.data ?? []).map((member) => member.address))
  const columns = useMemo(
    () => columnsFor({ self: address, names, mayManage, onAsk: setAsked }),
    [address, names, mayManage],
  )
  if (members.isError && !members.data)
    return <ProblemState error={members.error} onRetry={() => members.refetch()} className="m-5" />
  return (
    <>
      <StaleNotice query={members} className="mx-5 mb-4" />
      <DataTable
        caption="Members"
        columns={columns}
        rows={members.data ?? []}
        rowId={(member) => member.address}
        isLoading={members.isPending}
        skeletonRows={2}
        empty={<EmptyState icon={Users} title="No members" />}
      />
      {asked?.act === 'role' ? (
        <ChangeRoleDialog member={asked.member} onClose={() => setAsked(null)} />
      ) : null}
      {asked?.act === 'remove' ? (
        <RemoveMemberDialog member={asked.member} onClose={() => setAsked(null)} />
      ) : null}
    </>
  )
}

type ColumnsFor = { self: string; names: Names; mayManage: boolean; onAsk: (asked: Asked) => void }

function columnsFor({ self, names, mayManage, onAsk }: ColumnsFor): ColumnDef<MemberView>[] {
  const columns: ColumnDef<MemberView>[] = [
    {
      id: 'member',
      header: 'Member',
      cell: ({ row: { original } }) => (
        <span className="flex items-center gap-2">
          <Address
            address={original.address}
            name={names[original.address.toLowerCase()]}
            className="max-w-60 sm:max-w-80"
          />
          {parseAddress(original.address) === parseAddress(self) ? <Badge icon={null}>You</Badge> : null}
        </span>
      ),
    },
    {
      id: 'role',
      header: 'Role',
      cell: ({ row: { original } }) => <RoleCell member={original} />,
    },
    {
      id: 'added',
      header: 'Added by',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <Address address={original.addedBy} size="sm" isPlain />,
    },
    {
      id: 'since',
      header: 'Member since',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <RelativeTime at={original.createdAt} className="text-ink-muted" />,
    },
  ]
  if (!mayManage) return columns
  return [
    ...columns,
    {
      id: 'acts',
      header: () => <span className="sr-only">Change</span>,
      meta: { align: 'right', className: 'w-12' } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <MemberMenu member={original} onAsk={onAsk} />,
    },
  ]
}

/** A new approver's rights may begin later; until then the row says when. */
function RoleCell({ member }: { member: MemberView }) {
  const now = useNow()
  const { label, description } = roleWords(member.role)
  const begins = new Date(member.rightsFrom)
  const waits = now !== null && begins.getTime() > now
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span title={description}>{label}</span>
      {waits ? (
        <Badge
          tone="caution"
          icon={Hourglass}
          hint={`Until ${exactTime(begins)} this member can only look. The delay gives everybody time to notice a change.`}
        >
          Rights begin {relativeTime(begins.getTime(), now)}
        </Badge>
      ) : null}
    </span>
  )
}

function MemberMenu({ member, onAsk }: { member: MemberView; onAsk: (asked: Asked) => void }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`Change member ${shortAddress(member.address)}`}>
          <MoreHorizontal aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => onAsk({ act: 'role', member })}>
          <Shield aria-hidden />
          Change the role
        </DropdownMenuItem>
        <DropdownMenuItem isDanger onSelect={() => onAsk({ act: 'remove', member })}>
          <UserMinus aria-hidden />
          Remove
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
