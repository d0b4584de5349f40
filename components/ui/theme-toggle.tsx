'use client'

import { SunMoon } from 'lucide-react'
import { Button } from './button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuTrigger } from './dropdown-menu'
import { ThemeMenuGroup } from './theme-menu-group'

/** A button that opens the choice of theme: for pages without an account menu. */
export function ThemeToggle() {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label="Theme">
          <SunMoon aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <ThemeMenuGroup />
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
