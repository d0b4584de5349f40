'use client'

import dynamic from 'next/dynamic'
import { Identicon } from '../address/address'
import { shortAddress } from '../address/short-address'
import { MenuButton } from '../ui/menu-button'

export type AccountMenuProps = {
  address: `0x${string}`
  isInstanceAdmin: boolean
  /** The sessions page of the workspace one is in; left out where there is none. */
  sessionsHref?: string
  className?: string
}

const loadItems = () => import('./account-menu-items').then(({ AccountMenuItems }) => AccountMenuItems)
const AccountMenuItems = dynamic(loadItems, { ssr: false })

/** Who is signed in, with what belongs to the person and not to a workspace. */
export function AccountMenu({ address, isInstanceAdmin, sessionsHref, className }: AccountMenuProps) {
  return (
    <MenuButton
      menu={(anchor) => (
        <AccountMenuItems
          anchor={anchor}
          address={address}
          isInstanceAdmin={isInstanceAdmin}
          sessionsHref={sessionsHref}
        />
      )}
      prefetch={loadItems}
      className={className}
      buttonClassName="flex h-9 items-center gap-2 rounded-full border border-line-strong bg-surface px-1 text-sm shadow-low hover:bg-sunken sm:pr-3"
    >
      <Identicon address={address} className="size-6.5" />
      <span className="font-mono text-[0.8125rem] max-sm:sr-only">{shortAddress(address)}</span>
      <span className="sr-only">, account</span>
    </MenuButton>
  )
}
