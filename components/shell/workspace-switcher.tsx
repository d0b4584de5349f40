'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronsUpDown } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTRPC } from '../trpc/trpc'
import { MenuButton } from '../ui/menu-button'
import { roleWords } from '../workspaces/role-words'
import { Monogram } from './monogram'
import { useWorkspace } from './workspace-context'

const loadItems = () =>
  import('./workspace-switcher-items').then(({ WorkspaceSwitcherItems }) => WorkspaceSwitcherItems)
const WorkspaceSwitcherItems = dynamic(loadItems, { ssr: false })

/** Where one is and where else one may go; invitations that wait are counted on it. */
export function WorkspaceSwitcher({ className }: { className?: string }) {
  const trpc = useTRPC()
  const workspace = useWorkspace()
  const { data: invites = [] } = useQuery(trpc.workspaces.myInvites.queryOptions())
  return (
    <MenuButton
      menu={(anchor) => <WorkspaceSwitcherItems anchor={anchor} />}
      prefetch={loadItems}
      className={className}
      buttonClassName="flex h-11 items-center gap-2.5 rounded-lg px-2 text-left hover:bg-line/50 data-[state=open]:bg-line/50"
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
    </MenuButton>
  )
}
