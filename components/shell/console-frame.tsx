import Link from 'next/link'
import type { ReactNode } from 'react'
import { WalletMismatchNotice } from '../auth/wallet-mismatch-notice'
import { PayoutsStoppedBanner } from '../policies/payouts-stopped-banner'
import { WrongNetworkNotice } from '../wallet/wrong-network-notice'
import { AccountMenu } from './account-menu'
import { BlockBadge } from './block-badge'
import { Brand } from './brand'
import { CommandButton } from './command-button'
import { workspaceHref } from './nav-items'
import { BottomBar, SidebarNav } from './nav-links'
import { NetworkBadge } from './network-badge'
import { RememberWorkspace } from './remember-workspace'
import { SkipLink } from './skip-link'
import { type CurrentPerson, type CurrentWorkspace, WorkspaceProvider } from './workspace-context'
import { WorkspaceSwitcher } from './workspace-switcher'

type ConsoleFrameProps = { workspace: CurrentWorkspace; person: CurrentPerson; children: ReactNode }

/** The frame of a workspace's pages: sidebar on wide screens, bar at the lower edge on phones. */
export function ConsoleFrame({ workspace, person, children }: ConsoleFrameProps) {
  return (
    <WorkspaceProvider value={{ workspace, person }}>
      <SkipLink />
      <RememberWorkspace slug={workspace.slug} />
      <div className="lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
        <aside className="sticky top-0 hidden h-dvh flex-col gap-4 border-r bg-surface py-4 lg:flex">
          <Link href={workspaceHref(workspace.slug, '')} className="mx-5 w-fit rounded-sm">
            <Brand />
          </Link>
          <WorkspaceSwitcher className="mx-3" />
          <SidebarNav />
          <div className="mt-auto flex flex-wrap gap-2 px-5">
            <NetworkBadge />
          </div>
        </aside>
        <div className="min-w-0">
          <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-b bg-background px-3 sm:px-6">
            <WorkspaceSwitcher className="-ml-1 max-w-44 lg:hidden" />
            <BlockBadge className="max-sm:hidden" />
            <NetworkBadge className="max-sm:hidden lg:hidden" />
            <div className="ml-auto flex items-center gap-2">
              <CommandButton />
              <AccountMenu
                address={person.address}
                isInstanceAdmin={person.isInstanceAdmin}
                sessionsHref={`${workspaceHref(workspace.slug, '/settings')}?tab=sessions`}
              />
            </div>
          </header>
          <main
            id="content"
            tabIndex={-1}
            className="mx-auto w-full max-w-6xl px-4 pt-5 pb-32 outline-none sm:px-6 sm:pt-7 lg:pb-12"
          >
            <div className="mb-4 flex flex-wrap gap-2 sm:hidden">
              <NetworkBadge />
              <BlockBadge />
            </div>
            <div className="grid gap-3 not-empty:mb-5 empty:hidden">
              <PayoutsStoppedBanner />
              <WrongNetworkNotice />
              <WalletMismatchNotice signedInAddress={person.address} />
            </div>
            {children}
          </main>
        </div>
      </div>
      <BottomBar />
    </WorkspaceProvider>
  )
}
