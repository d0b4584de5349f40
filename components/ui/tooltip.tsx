'use client'

import { Tooltip as TooltipPrimitive } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'

export const TooltipProvider = TooltipPrimitive.Provider

type TooltipProps = {
  /** Words only: a tooltip cannot be reached by touch, so nothing in it may be the only way to know or do something. */
  content: ReactNode
  side?: ComponentProps<typeof TooltipPrimitive.Content>['side']
  /** One element that can take the focus. */
  children: ReactNode
}

export function Tooltip({ content, side, children }: TooltipProps) {
  return (
    <TooltipPrimitive.Root>
      <TooltipPrimitive.Trigger asChild>{children}</TooltipPrimitive.Trigger>
      <TooltipPrimitive.Portal>
        <TooltipPrimitive.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 animate-fade rounded-md bg-ink px-2.5 py-1.5 text-[0.8125rem] text-background shadow-high"
        >
          {content}
        </TooltipPrimitive.Content>
      </TooltipPrimitive.Portal>
    </TooltipPrimitive.Root>
  )
}
