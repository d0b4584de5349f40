import Link from 'next/link'
import type { ReactNode } from 'react'
import { ThemeToggle } from '../ui/theme-toggle'
import { AccountMenu } from './account-menu'
import { Brand } from './brand'
import { NetworkBadge } from './network-badge'
import { SkipLink } from './skip-link'
import type { CurrentPerson } from './workspace-context'

type PlainFrameProps = { person: CurrentPerson | null; children: ReactNode }

/** The frame of pages outside a workspace: start, docs, instance. */
export function PlainFrame({ person, children }: PlainFrameProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="border-b bg-surface">
        <div className="mx-auto flex h-14 w-full max-w-6xl items-center gap-3 px-4 sm:px-6">
          <Link href="/" className="rounded-sm">
            <Brand />
          </Link>
          <NetworkBadge className="max-sm:hidden" />
          <nav aria-label="Site" className="ml-auto flex items-center gap-1">
            <Link
              href="/docs"
              className="flex h-8 items-center rounded-md px-2.5 font-medium text-ink-muted hover:bg-sunken hover:text-ink"
            >
              API reference
            </Link>
            {person ? (
              <AccountMenu address={person.address} isInstanceAdmin={person.isInstanceAdmin} />
            ) : (
              <ThemeToggle />
            )}
          </nav>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="flex-1 outline-none">
        {children}
      </main>
    </div>
  )
}
