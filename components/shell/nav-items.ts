import { Activity, LayoutDashboard, type LucideIcon, Settings } from 'lucide-react'

export type NavItem = { label: string; path: string; icon: LucideIcon }

/** The pages of a workspace in the order of the sidebar; `path` follows `/w/{slug}`. */
export const NAV_ITEMS: readonly NavItem[] = [
  { label: 'Overview', path: '', icon: LayoutDashboard },
  { label: 'Activity', path: '/activity', icon: Activity },
  { label: 'Settings', path: '/settings', icon: Settings },
]

/** The address of a page in a workspace. */
export function workspaceHref(slug: string, path: string): string {
  return `/w/${slug}${path}`
}
