'use client'

import { Dialog as DialogPrimitive } from 'radix-ui'
import { cn } from './cn'
import { OverlayPanel, type OverlayPanelProps } from './overlay-panel'

export const Sheet = DialogPrimitive.Root

/** A panel from the right edge for details beside a list; the whole screen on phones. */
export function SheetContent({ className, ...rest }: OverlayPanelProps) {
  return (
    <OverlayPanel
      className={cn(
        'fixed inset-y-0 right-0 z-50 flex w-full animate-fade flex-col border-l bg-raised shadow-high sm:max-w-md',
        className,
      )}
      headerClassName="border-b py-4"
      bodyClassName="py-4 pb-[max(1rem,env(safe-area-inset-bottom))]"
      {...rest}
    />
  )
}
