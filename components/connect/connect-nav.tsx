'use client'

import Link from 'next/link'
import { cn } from '../ui/cn'
import type { ConnectAction } from './connect-action'

const ENTRIES: { action: ConnectAction; label: string }[] = [
  { action: 'connect', label: 'Agent' },
  { action: 'topup', label: 'Top up' },
  { action: 'link', label: 'Wallets' },
  { action: 'recover', label: 'Recover' },
]

/** The address of one of the page's acts, for one agent where that matters. */
export function connectPath(action: ConnectAction, agentId?: string | null): string {
  const query = new URLSearchParams()
  if (action !== 'connect') query.set('action', action)
  if (agentId) query.set('agent', agentId)
  return query.size === 0 ? '/connect' : `/connect?${query}`
}

/** The four acts of the page. */
export function ConnectNav({ action, agentId }: { action: ConnectAction; agentId: string | null }) {
  return (
    <nav aria-label="Connect">
      <ul className="grid grid-cols-4 gap-1 rounded-lg border bg-sunken p-1">
        {ENTRIES.map((entry) => (
          <li key={entry.action}>
            <Link
              href={connectPath(entry.action, agentId)}
              aria-current={entry.action === action ? 'page' : undefined}
              className={cn(
                'flex h-10 items-center justify-center rounded-md text-sm font-medium text-ink-muted hover:text-ink',
                entry.action === action && 'bg-surface text-ink shadow-low',
              )}
            >
              {entry.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
