'use client'

import type { ComponentProps } from 'react'
import { DropdownMenu, DropdownMenuContent, DropdownMenuTrigger } from './dropdown-menu'
import type { MenuAnchor } from './menu-button'

type AnchoredMenuProps = { anchor: MenuAnchor } & Pick<
  ComponentProps<typeof DropdownMenuContent>,
  'align' | 'className' | 'children'
>

/** The menu of a `MenuButton`: an empty trigger over the button places it, the button itself keeps focus and name. */
export function AnchoredMenu({ anchor, children, ...rest }: AnchoredMenuProps) {
  return (
    <DropdownMenu open={anchor.open} onOpenChange={anchor.onOpenChange}>
      <DropdownMenuTrigger aria-hidden tabIndex={-1} className="pointer-events-none absolute inset-0" />
      <DropdownMenuContent
        aria-labelledby={anchor.buttonId}
        onCloseAutoFocus={(event) => {
          event.preventDefault()
          anchor.buttonRef.current?.focus()
        }}
        {...rest}
      >
        {children}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
