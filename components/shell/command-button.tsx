'use client'

import { Search } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { useIsHydrated } from '../auth/use-is-hydrated'
import { Button } from '../ui/button'
import { Kbd } from '../ui/kbd'

const CommandPalette = dynamic(() => import('./command-palette'), { ssr: false })

/** Opens the command palette, as do ⌘K and Ctrl K anywhere. */
export function CommandButton() {
  const [open, setOpen] = useState(false)
  const [wasOpened, setWasOpened] = useState(false)
  const isHydrated = useIsHydrated()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setWasOpened(true)
      setOpen((isOpen) => !isOpen)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const isApple = isHydrated && /Mac|iPhone|iPad/.test(navigator.platform)
  return (
    <>
      <Button
        aria-keyshortcuts="Control+K Meta+K"
        className="font-normal text-ink-muted max-sm:size-9 max-sm:px-0"
        onClick={() => {
          setWasOpened(true)
          setOpen(true)
        }}
      >
        <Search aria-hidden />
        <span className="max-sm:sr-only">Go to</span>
        <span aria-hidden className="ml-4 flex gap-1 max-md:hidden">
          <Kbd>{isApple ? '⌘' : 'Ctrl'}</Kbd>
          <Kbd>K</Kbd>
        </span>
      </Button>
      {wasOpened ? <CommandPalette open={open} onOpenChange={setOpen} /> : null}
    </>
  )
}
