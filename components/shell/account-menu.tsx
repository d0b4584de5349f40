'use client'

import { BookOpen, LogOut, MonitorSmartphone, ServerCog } from 'lucide-react'
import Link from 'next/link'
import { Address, Identicon } from '../address/address'
import { shortAddress } from '../address/short-address'
import { useSignOut } from '../auth/use-sign-out'
import { cn } from '../ui/cn'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../ui/dropdown-menu'
import { ThemeMenuGroup } from '../ui/theme-menu-group'

type AccountMenuProps = {
  address: `0x${string}`
  isInstanceAdmin: boolean
  /** The sessions page of the workspace one is in; left out where there is none. */
  sessionsHref?: string
  className?: string
}

/** Who is signed in, with what belongs to the person and not to a workspace. */
export function AccountMenu({ address, isInstanceAdmin, sessionsHref, className }: AccountMenuProps) {
  const { signOut, isPending } = useSignOut()
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        className={cn(
          'flex h-9 items-center gap-2 rounded-full border border-line-strong/50 bg-surface px-1 text-sm shadow-low hover:bg-sunken sm:pr-3',
          className,
        )}
      >
        <Identicon address={address} className="size-6.5" />
        <span className="font-mono text-[0.8125rem] max-sm:sr-only">{shortAddress(address)}</span>
        <span className="sr-only">, account</span>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="w-64">
        <div className="px-2.5 py-2">
          <p className="mb-1 text-xs text-ink-faint">Signed in as</p>
          <Address address={address} isPlain />
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
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
