'use client'

import { Dialog as DialogPrimitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { OverlayPanel, type OverlayPanelProps } from './overlay-panel'

export const Dialog = DialogPrimitive.Root

type DialogContentProps = OverlayPanelProps & {
  /** Buttons at the lower edge; on phones they stay within reach of the thumb. */
  footer?: ReactNode
}

/** A dialog: in the middle on wide screens, a sheet from the lower edge on phones. */
export function DialogContent({ footer, className, ...rest }: DialogContentProps) {
  return (
    <OverlayPanel
      className={cn(
        'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] animate-slide-up flex-col rounded-t-xl border bg-raised shadow-high sm:inset-auto sm:top-1/2 sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:max-w-lg sm:-translate-x-1/2 sm:-translate-y-1/2 sm:animate-fade sm:rounded-xl',
        className,
      )}
      headerClassName="pt-5 pb-3"
      bodyClassName="pb-5"
      footer={
        footer ? (
          <footer className="flex flex-col-reverse gap-2 border-t px-5 py-4 pb-[max(1rem,env(safe-area-inset-bottom))] sm:flex-row sm:justify-end [&_button]:h-11 sm:[&_button]:h-9">
            {footer}
          </footer>
        ) : null
      }
      {...rest}
    />
  )
}
