'use client'

import { Ellipsis } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { Fragment } from 'react'
import { MenuButton } from '../ui/menu-button'
import { PendingBadge } from './pending-badge'
import { useNavItems } from './use-nav-items'

const loadMore = () => import('./more-menu-items').then(({ MoreMenuItems }) => MoreMenuItems)
const MoreMenuItems = dynamic(loadMore, { ssr: false })

export function SidebarNav() {
  return (
    <nav aria-label="Workspace" className="grid gap-0.5 px-3">
      {useNavItems().map(({ label, href, icon: Icon, current, hasPending, opens }) => (
        <Fragment key={href}>
          {opens === null ? null : (
            <p className="px-2.5 pt-3 pb-1 text-xs font-medium text-ink-faint empty:pb-0">{opens}</p>
          )}
          <Link
            href={href}
            aria-current={current}
            className="flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-ink-muted transition-colors hover:bg-line/50 hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-ink"
          >
            <Icon aria-hidden className="size-4" />
            {label}
            {hasPending ? <PendingBadge className="ml-auto" /> : null}
          </Link>
        </Fragment>
      ))}
    </nav>
  )
}

const BAR_ITEM =
  'flex h-14 flex-1 flex-col items-center justify-center gap-1 text-xs font-medium text-ink-muted focus-visible:-outline-offset-2 aria-[current=page]:text-accent-ink data-[current=page]:text-accent-ink'

/** The same pages within reach of the thumb; the less used ones in a menu. */
export function BottomBar() {
  const items = useNavItems()
  const others = items.filter(({ isPrimary }) => !isPrimary)
  const isOther = others.some(({ current }) => current)
  return (
    <nav
      aria-label="Workspace"
      className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {items
        .filter(({ isPrimary }) => isPrimary)
        .map(({ label, href, icon: Icon, current, hasPending }) => (
          <Link key={href} href={href} aria-current={current} className={BAR_ITEM}>
            <span className="relative">
              <Icon aria-hidden className="size-5" />
              {hasPending ? <PendingBadge className="absolute -top-2 left-3" /> : null}
            </span>
            {label}
          </Link>
        ))}
      <MenuButton
        menu={(anchor) => <MoreMenuItems anchor={anchor} items={others} />}
        prefetch={loadMore}
        className="flex-1"
        buttonClassName={BAR_ITEM}
      >
        <span
          data-current={isOther ? 'page' : undefined}
          className="contents data-[current=page]:text-accent-ink"
        >
          <Ellipsis aria-hidden className="size-5" />
          More
        </span>
      </MenuButton>
    </nav>
  )
}
