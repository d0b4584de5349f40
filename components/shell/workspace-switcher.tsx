'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronsUpDown, MailOpen, Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTRPC } from '../trpc/trpc'
import { cn } from '../ui/cn'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../ui/dropdown-menu'
import { roleWords } from '../workspaces/role-words'
import { workspaceHref } from './nav-items'
import { useWorkspace } from './workspace-context'

// Opened rarely; with their form library they are a tenth of the frame.
const CreateWorkspaceDialog = dynamic(() => import('../workspaces/create-workspace-dialog'), { ssr: false })
const MyInvitesDialog = dynamic(() => import('../workspaces/my-invites-dialog'), { ssr: false })

/** Where one is and where else one may go; invitations that wait are counted on it. */
export function WorkspaceSwitcher({ className }: { className?: string }) {
  const trpc = useTRPC()
  const router = useRouter()
  const workspace = useWorkspace()
  const [open, setOpen] = useState<'create' | 'invites' | null>(null)
  const { data: workspaces = [] } = useQuery(trpc.workspaces.list.queryOptions())
  const { data: invites = [] } = useQuery(trpc.workspaces.myInvites.queryOptions())
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger
          className={cn(
            'flex h-11 min-w-0 items-center gap-2.5 rounded-lg px-2 text-left hover:bg-line/50 data-[state=open]:bg-line/50',
            className,
          )}
        >
          <Monogram name={workspace.name} />
          <span className="grid min-w-0 flex-1 leading-tight">
            <span className="truncate font-semibold">{workspace.name}</span>
            <span className="truncate text-xs text-ink-muted">{roleWords(workspace.role).label}</span>
          </span>
          {invites.length > 0 ? (
            <span className="flex size-5 items-center justify-center rounded-full bg-accent text-xs font-semibold text-on-accent">
              {invites.length}
              <span className="sr-only"> invitations wait</span>
            </span>
          ) : null}
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-faint" />
          <span className="sr-only">, switch workspace</span>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="start" className="w-72">
          <DropdownMenuLabel>Workspaces</DropdownMenuLabel>
          <DropdownMenuRadioGroup
            value={workspace.slug}
            onValueChange={(slug) => router.push(workspaceHref(slug, ''))}
          >
            {workspaces.map(({ id, slug, name, role }) => (
              <DropdownMenuRadioItem key={id} value={slug} className="h-11">
                <Monogram name={name} />
                <span className="grid min-w-0 leading-tight">
                  <span className="truncate">{name}</span>
                  <span className="text-xs text-ink-muted">{roleWords(role).label}</span>
                </span>
              </DropdownMenuRadioItem>
            ))}
          </DropdownMenuRadioGroup>
          <DropdownMenuSeparator />
          {invites.length > 0 ? (
            <DropdownMenuItem onSelect={() => setOpen('invites')}>
              <MailOpen aria-hidden />
              {invites.length === 1 ? '1 invitation waits' : `${invites.length} invitations wait`}
            </DropdownMenuItem>
          ) : null}
          <DropdownMenuItem onSelect={() => setOpen('create')}>
            <Plus aria-hidden />
            Create a workspace
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {open === 'create' ? <CreateWorkspaceDialog onClose={() => setOpen(null)} /> : null}
      {open === 'invites' ? <MyInvitesDialog onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function Monogram({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      className="flex size-7 shrink-0 items-center justify-center rounded-md border bg-surface text-xs font-semibold text-accent-ink"
    >
      {Array.from(name)[0]?.toUpperCase()}
    </span>
  )
}
