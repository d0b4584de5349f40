'use client'

import { Progress as ProgressPrimitive } from 'radix-ui'
import { cn } from './cn'

type ProgressProps = { value: number; max: number; label: string; className?: string }

/** How far something is, in whole steps; `label` says it in words to a screen reader. */
export function Progress({ value, max, label, className }: ProgressProps) {
  const share = max === 0 ? 0 : Math.min(1, value / max)
  return (
    <ProgressPrimitive.Root
      value={Math.min(value, max)}
      max={max}
      aria-label={label}
      getValueLabel={(current, total) => `${current} of ${total}`}
      className={cn('h-2 overflow-hidden rounded-full border border-line-strong bg-sunken', className)}
    >
      <ProgressPrimitive.Indicator
        className="h-full rounded-full bg-accent transition-[width] duration-300"
        style={{ width: `${share * 100}%` }}
      />
    </ProgressPrimitive.Root>
  )
}
