'use client'

import { RadioGroup } from 'radix-ui'
import { type ReactNode, useId } from 'react'
import { cn } from './cn'

type RadioCard<Value extends string> = {
  value: Value
  label: string
  description?: ReactNode
  isDisabled?: boolean
}

type RadioCardsProps<Value extends string> = {
  legend: string
  value: Value
  onValueChange: (value: Value) => void
  options: readonly RadioCard<Value>[]
  className?: string
}

/** A choice among two or three ways whose consequences need a sentence each. */
export function RadioCards<Value extends string>({
  legend,
  value,
  onValueChange,
  options,
  className,
}: RadioCardsProps<Value>) {
  const id = useId()
  return (
    <div className={cn('grid gap-1.5', className)}>
      <span id={id} className="text-[0.8125rem] font-medium">
        {legend}
      </span>
      <RadioGroup.Root
        aria-labelledby={id}
        value={value}
        onValueChange={(next) => onValueChange(next as Value)}
        className="grid gap-2"
      >
        {options.map((option) => (
          <RadioGroup.Item
            key={option.value}
            value={option.value}
            disabled={option.isDisabled}
            className="group flex items-start gap-3 rounded-md border border-line-strong bg-surface p-3 text-left transition-colors hover:bg-sunken disabled:cursor-not-allowed disabled:opacity-55 data-[state=checked]:border-accent-ink data-[state=checked]:bg-accent-soft"
          >
            <span className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface group-data-[state=checked]:border-accent">
              <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            <span className="grid gap-0.5">
              <span className="font-medium">{option.label}</span>
              {option.description ? (
                <span className="text-[0.8125rem] text-ink-muted">{option.description}</span>
              ) : null}
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  )
}
