'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { NAV_ITEMS, workspaceHref } from './nav-items'
import { useWorkspace } from './workspace-context'

function useItems() {
  const { slug } = useWorkspace()
  const pathname = usePathname()
  return NAV_ITEMS.map((item) => {
    const href = workspaceHref(slug, item.path)
    const isCurrent = item.path === '' ? pathname === href : pathname.startsWith(href)
    return { ...item, href, current: isCurrent ? ('page' as const) : undefined }
  })
}

export function SidebarNav() {
  return (
    <nav aria-label="Workspace" className="grid gap-0.5 px-3">
      {useItems().map(({ label, href, icon: Icon, current }) => (
        <Link
          key={href}
          href={href}
          aria-current={current}
          className="flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-ink-muted transition-colors hover:bg-line/50 hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-ink"
        >
          <Icon aria-hidden className="size-4" />
          {label}
        </Link>
      ))}
    </nav>
  )
}

/** The same pages within reach of the thumb. */
export function BottomBar() {
  return (
    <nav
      aria-label="Workspace"
      className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {useItems().map(({ label, href, icon: Icon, current }) => (
        <Link
          key={href}
          href={href}
          aria-current={current}
          className="flex h-14 flex-1 flex-col items-center justify-center gap-1 text-xs font-medium text-ink-muted focus-visible:-outline-offset-2 aria-[current=page]:text-accent-ink"
        >
          <Icon aria-hidden className="size-5" />
          {label}
        </Link>
      ))}
    </nav>
  )
}
