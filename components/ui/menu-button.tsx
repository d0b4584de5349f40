'use client'

import { type ReactNode, type RefObject, useId, useRef, useState } from 'react'
import { cn } from './cn'

export type MenuAnchor = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** The button, which names the menu and gets the focus back. */
  buttonId: string
  buttonRef: RefObject<HTMLButtonElement | null>
}

type MenuButtonProps = {
  /** From the first opening on; a component that loads by itself, with its content in an `AnchoredMenu`. */
  menu: (anchor: MenuAnchor) => ReactNode
  /** Fetches the menu's code when a person points at the button. */
  prefetch: () => Promise<unknown>
  /** Of the place it takes. */
  className?: string
  buttonClassName?: string
  children: ReactNode
}

/** A button with a menu whose code is no part of the page's first load; the button stays the same element throughout. */
export function MenuButton({ menu, prefetch, className, buttonClassName, children }: MenuButtonProps) {
  const buttonId = useId()
  const buttonRef = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const [wasOpened, setWasOpened] = useState(false)
  const show = () => {
    setWasOpened(true)
    setOpen(true)
  }
  // A failed fetch is told when the menu is asked for.
  const fetchAhead = () => void prefetch().catch(() => undefined)
  return (
    <div className={cn('relative flex min-w-0', className)}>
      <button
        type="button"
        id={buttonId}
        ref={buttonRef}
        aria-haspopup="menu"
        aria-expanded={open}
        data-state={open ? 'open' : 'closed'}
        onClick={show}
        onPointerEnter={fetchAhead}
        onFocus={fetchAhead}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          show()
        }}
        className={cn('min-w-0 flex-1', buttonClassName)}
      >
        {children}
      </button>
      {wasOpened ? menu({ open, onOpenChange: setOpen, buttonId, buttonRef }) : null}
    </div>
  )
}
