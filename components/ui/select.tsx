'use client'

import { Check, ChevronDown } from 'lucide-react'
import { Select as SelectPrimitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'
import type { FieldControlProps } from './field'
import { inputStyles } from './input'

export type SelectOption<Value extends string> = {
  value: Value
  label: string
  /** One line under the label that says what choosing it means. */
  description?: string
  isDisabled?: boolean
}

type SelectProps<Value extends string> = {
  value: Value | undefined
  onValueChange: (value: Value) => void
  options: readonly SelectOption<Value>[]
  placeholder?: string
  disabled?: boolean
  className?: string
  icon?: ReactNode
  'aria-label'?: string
} & Partial<FieldControlProps>

/** A choice of one among few. For a filter pass `aria-label`; in a form spread the attributes of `Field`. */
export function Select<Value extends string>({
  value,
  onValueChange,
  options,
  placeholder,
  disabled,
  className,
  icon,
  ...control
}: SelectProps<Value>) {
  // Given as words, the choice stands in the page as the server sends it; Radix alone would find it only in the browser.
  const chosen = options.find((option) => option.value === value)
  return (
    <SelectPrimitive.Root
      value={value}
      onValueChange={(next) => onValueChange(next as Value)}
      disabled={disabled}
    >
      <SelectPrimitive.Trigger
        className={cn(
          inputStyles,
          'flex items-center justify-between gap-2 text-left data-placeholder:text-ink-faint',
          className,
        )}
        {...control}
      >
        <span className="flex min-w-0 items-center gap-2 truncate [&_svg]:size-4">
          {icon}
          <SelectPrimitive.Value placeholder={placeholder}>{chosen?.label}</SelectPrimitive.Value>
        </span>
        <SelectPrimitive.Icon>
          <ChevronDown aria-hidden className="size-4 text-ink-faint" />
        </SelectPrimitive.Icon>
      </SelectPrimitive.Trigger>
      <SelectPrimitive.Portal>
        <SelectPrimitive.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) max-w-[calc(100vw-1rem)] animate-rise overflow-hidden rounded-md border bg-raised p-1 shadow-high"
        >
          <SelectPrimitive.Viewport>
            {options.map((option) => (
              <SelectItem key={option.value} {...option} />
            ))}
          </SelectPrimitive.Viewport>
        </SelectPrimitive.Content>
      </SelectPrimitive.Portal>
    </SelectPrimitive.Root>
  )
}

function SelectItem({ value, label, description, isDisabled }: SelectOption<string>) {
  return (
    <SelectPrimitive.Item
      value={value}
      disabled={isDisabled}
      className="relative flex min-h-8 cursor-default flex-col justify-center rounded-sm py-1.5 pr-8 pl-2.5 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-sunken"
    >
      <SelectPrimitive.ItemText>{label}</SelectPrimitive.ItemText>
      {description ? <span className="text-[0.8125rem] text-ink-muted">{description}</span> : null}
      <SelectPrimitive.ItemIndicator className="absolute top-1/2 right-2.5 -translate-y-1/2">
        <Check aria-hidden className="size-4 text-accent-ink" />
      </SelectPrimitive.ItemIndicator>
    </SelectPrimitive.Item>
  )
}
