'use client'

import Link from 'next/link'
import { Fragment } from 'react'
import { AnchoredMenu } from '../ui/anchored-menu'
import { DropdownMenuItem, DropdownMenuLabel } from '../ui/dropdown-menu'
import type { MenuAnchor } from '../ui/menu-button'
import type { CurrentNavItem } from './use-nav-items'

/** The pages that have no place of their own in a phone's bottom bar. */
export function MoreMenuItems({ anchor, items }: { anchor: MenuAnchor; items: readonly CurrentNavItem[] }) {
  return (
    <AnchoredMenu anchor={anchor} align="end">
      {items.map(({ label, href, icon: Icon, current, opens }) => (
        <Fragment key={href}>
          {opens ? <DropdownMenuLabel>{opens}</DropdownMenuLabel> : null}
          <DropdownMenuItem asChild className="h-11">
            <Link href={href} aria-current={current}>
              <Icon aria-hidden />
              {label}
            </Link>
          </DropdownMenuItem>
        </Fragment>
      ))}
    </AnchoredMenu>
  )
}
