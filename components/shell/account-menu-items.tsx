'use client'

import { BookOpen, LogOut, MonitorSmartphone, ServerCog } from 'lucide-react'
import Link from 'next/link'
import { Address } from '../address/address'
import { useNames } from '../address/use-names'
import { useSignOut } from '../auth/use-sign-out'
import { AnchoredMenu } from '../ui/anchored-menu'
import { DropdownMenuItem, DropdownMenuSeparator } from '../ui/dropdown-menu'
import type { MenuAnchor } from '../ui/menu-button'
import { ThemeMenuGroup } from '../ui/theme-menu-group'
import type { AccountMenuProps } from './account-menu'

type AccountMenuItemsProps = Omit<AccountMenuProps, 'className'> & { anchor: MenuAnchor }

/** What belongs to the person who is signed in. */
export function AccountMenuItems({ anchor, address, isInstanceAdmin, sessionsHref }: AccountMenuItemsProps) {
  const { signOut, isPending } = useSignOut()
  // This part is there only while the menu is open, so nobody is asked for a name before.
  const names = useNames([address])
  return (
    <AnchoredMenu anchor={anchor} align="end" className="w-64">
      <div className="px-2.5 py-2">
        <p className="mb-1 text-xs text-ink-faint">Signed in as</p>
        <Address address={address} name={names[address.toLowerCase()]} isPlain />
      </div>
      <DropdownMenuSeparator />
      {sessionsHref ? (
        <DropdownMenuItem asChild>
          <Link href={sessionsHref}>
            <MonitorSmartphone aria-hidden />
            Signed-in browsers
          </Link>
        </DropdownMenuItem>
      ) : null}
      <DropdownMenuItem asChild>
        <Link href="/docs">
          <BookOpen aria-hidden />
          API reference
        </Link>
      </DropdownMenuItem>
      {isInstanceAdmin ? (
        <DropdownMenuItem asChild>
          <Link href="/instance">
            <ServerCog aria-hidden />
            Instance
          </Link>
        </DropdownMenuItem>
      ) : null}
      <DropdownMenuSeparator />
      <ThemeMenuGroup />
      <DropdownMenuSeparator />
      <DropdownMenuItem
        disabled={isPending}
        onSelect={(event) => {
          event.preventDefault()
          void signOut()
        }}
      >
        <LogOut aria-hidden />
        {isPending ? 'Signing out' : 'Sign out'}
      </DropdownMenuItem>
    </AnchoredMenu>
  )
}
