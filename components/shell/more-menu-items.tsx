'use client'

import Link from 'next/link'
import { AnchoredMenu } from '../ui/anchored-menu'
import { DropdownMenuItem } from '../ui/dropdown-menu'
import type { MenuAnchor } from '../ui/menu-button'
import type { CurrentNavItem } from './use-nav-items'

/** The pages that have no place of their own in a phone's bottom bar. */
export function MoreMenuItems({ anchor, items }: { anchor: MenuAnchor; items: readonly CurrentNavItem[] }) {
  return (
    <AnchoredMenu anchor={anchor} align="end">
      {items.map(({ label, href, icon: Icon, current }) => (
        <DropdownMenuItem key={href} asChild className="h-11">
          <Link href={href} aria-current={current}>
            <Icon aria-hidden />
            {label}
          </Link>
        </DropdownMenuItem>
      ))}
    </AnchoredMenu>
  )
}
