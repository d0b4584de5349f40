'use client'

import { usePathname } from 'next/navigation'
import { NAV_ITEMS, type NavItem, workspaceHref } from './nav-items'
import { useWorkspace } from './workspace-context'

export type CurrentNavItem = NavItem & {
  href: string
  current: 'page' | undefined
  /** Of the first of a group: its name. Empty where a group is over; else null. */
  opens: string | null
}

/** The pages of this workspace, with the one that is shown marked. */
export function useNavItems(): CurrentNavItem[] {
  const { slug } = useWorkspace()
  const pathname = usePathname()
  return NAV_ITEMS.map((item, index) => {
    const isNewGroup = item.group !== NAV_ITEMS[index - 1]?.group
    const href = workspaceHref(slug, item.path)
    const isCurrent = item.path === '' ? pathname === href : pathname.startsWith(href)
    return {
      ...item,
      href,
      current: isCurrent ? ('page' as const) : undefined,
      opens: isNewGroup && index > 0 ? (item.group ?? '') : null,
    }
  })
}
