'use client'

import { useQuery } from '@tanstack/react-query'
import { MailOpen, Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTRPC } from '../trpc/trpc'
import { AnchoredMenu } from '../ui/anchored-menu'
import {
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
} from '../ui/dropdown-menu'
import type { MenuAnchor } from '../ui/menu-button'
import { roleWords } from '../workspaces/role-words'
import { Monogram } from './monogram'
import { workspaceHref } from './nav-items'
import { useWorkspace } from './workspace-context'

// Opened rarely; with their form library they are a tenth of the frame.
const CreateWorkspaceDialog = dynamic(() => import('../workspaces/create-workspace-dialog'), { ssr: false })
const MyInvitesDialog = dynamic(() => import('../workspaces/my-invites-dialog'), { ssr: false })

/** Where else one may go, and what one may create or join. */
export function WorkspaceSwitcherItems({ anchor }: { anchor: MenuAnchor }) {
  const trpc = useTRPC()
  const router = useRouter()
  const workspace = useWorkspace()
  const [open, setOpen] = useState<'create' | 'invites' | null>(null)
  const { data: workspaces = [] } = useQuery(trpc.workspaces.list.queryOptions())
  const { data: invites = [] } = useQuery(trpc.workspaces.myInvites.queryOptions())
  return (
    <>
      <AnchoredMenu anchor={anchor} align="start" className="w-72">
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
      </AnchoredMenu>
      {open === 'create' ? <CreateWorkspaceDialog onClose={() => setOpen(null)} /> : null}
      {open === 'invites' ? <MyInvitesDialog onClose={() => setOpen(null)} /> : null}
    </>
  )
}
