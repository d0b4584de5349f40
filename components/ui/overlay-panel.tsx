'use client'

import { X } from 'lucide-react'
import { Dialog as DialogPrimitive } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { Button } from './button'
import { cn } from './cn'

export type OverlayPanelProps = Omit<ComponentProps<typeof DialogPrimitive.Content>, 'title'> & {
  title: ReactNode
  /** One sentence under the title; read out when the panel opens. */
  description?: ReactNode
}

type Frame = { headerClassName: string; bodyClassName: string; footer?: ReactNode }

/** What every layer over the page shares: overlay, title, description, a close button, a body that scrolls. */
export function OverlayPanel({
  title,
  description,
  headerClassName,
  bodyClassName,
  footer,
  children,
  ...rest
}: OverlayPanelProps & Frame) {
  return (
    <DialogPrimitive.Portal>
      <DialogPrimitive.Overlay className="fixed inset-0 z-50 animate-fade bg-overlay" />
      <DialogPrimitive.Content {...(description ? {} : { 'aria-describedby': undefined })} {...rest}>
        <header className={cn('flex items-start gap-4 px-5', headerClassName)}>
          <div className="grid flex-1 gap-1">
            <DialogPrimitive.Title className="text-base font-semibold">{title}</DialogPrimitive.Title>
            {description ? (
              <DialogPrimitive.Description className="text-sm text-ink-muted">
                {description}
              </DialogPrimitive.Description>
            ) : null}
          </div>
          <DialogPrimitive.Close asChild>
            <Button variant="ghost" size="icon" aria-label="Close" className="-mt-1 -mr-2">
              <X aria-hidden />
            </Button>
          </DialogPrimitive.Close>
        </header>
        <div className={cn('flex-1 overflow-y-auto px-5', bodyClassName)}>{children}</div>
        {footer}
      </DialogPrimitive.Content>
    </DialogPrimitive.Portal>
  )
}
