import {
  Activity,
  Bot,
  Coins,
  LayoutDashboard,
  type LucideIcon,
  Plug,
  ScrollText,
  Send,
  Settings,
  Webhook,
} from 'lucide-react'

export type NavItem = {
  label: string
  path: string
  icon: LucideIcon
  /** Within reach of the thumb on phones; the others stand in the "More" menu there. */
  isPrimary?: boolean
  /** Payouts that wait for a decision are counted beside it. */
  hasPending?: boolean
  /** What it stands under with its neighbours. */
  group?: 'Developers'
}

/** The pages of a workspace in the order of the sidebar; `path` follows `/w/{slug}`. */
export const NAV_ITEMS: readonly NavItem[] = [
  { label: 'Overview', path: '', icon: LayoutDashboard, isPrimary: true },
  { label: 'Activity', path: '/activity', icon: Activity },
  { label: 'Payouts', path: '/payouts', icon: Send, isPrimary: true, hasPending: true },
  { label: 'Mandates', path: '/mandates', icon: ScrollText },
  { label: 'Agents', path: '/agents', icon: Bot, isPrimary: true },
  { label: 'Balance', path: '/balance', icon: Coins, isPrimary: true },
  { label: 'Priced APIs', path: '/priced-apis', icon: Plug, group: 'Developers' },
  { label: 'Webhooks', path: '/webhooks', icon: Webhook, group: 'Developers' },
  { label: 'Settings', path: '/settings', icon: Settings },
]

/** The address of a page in a workspace. */
export function workspaceHref(slug: string, path: string): string {
  return `/w/${slug}${path}`
}
