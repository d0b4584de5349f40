'use client'

import { type FocusEvent, type ReactNode, type Ref, useState } from 'react'
import { formatUsdc } from '@/domain/money'
import { cn } from '../ui/cn'
import { Field } from '../ui/field'
import { inputStyles } from '../ui/input'
import { Amount } from './amount'
import { type AmountLimits, type ReadAmount, readAmount } from './read-amount'

export type AmountPreset = { label: string; amount: bigint }

type AmountFieldProps = {
  label: string
  /** What is in the field, as typed. */
  value: string
  onChange: (text: string) => void
  onBlur?: () => void
  name?: string
  ref?: Ref<HTMLInputElement>
  limits?: AmountLimits
  /** Stands right of the label; by default the balance of `limits`. */
  aside?: ReactNode
  presets?: readonly AmountPreset[]
  /** What the Max button fills in; by default the balance of `limits`. */
  max?: bigint
  hint?: ReactNode
  /** A refusal from the form or the server; it stands before the field's own. */
  error?: string | null
  disabled?: boolean
  className?: string
}

// Half-typed text such as "." is refused only when the field is left; these are never the start of something right.
const REFUSED_WHILE_TYPING = new Set([
  'scientific',
  'negative',
  'too_many_decimals',
  'too_large',
  'above_maximum',
  'over_balance',
])

/** The only place where USDC is typed: presets, Max, paste of `1,250.50`, refusals in words. Its value is the text. */
export function AmountField(props: AmountFieldProps) {
  const { label, value, onChange, limits, presets, hint, disabled, className } = props
  const [wasLeft, setWasLeft] = useState(false)
  const read = readAmount(value, limits)
  const max = props.max ?? limits?.balance
  const blur = (event: FocusEvent<HTMLInputElement>) => {
    setWasLeft(event.target.value !== '')
    if (read.ok) onChange(formatUsdc(read.amount))
    props.onBlur?.()
  }
  return (
    <Field
      label={label}
      hint={hint}
      error={props.error ?? refusal(read, wasLeft)}
      aside={props.aside ?? (limits?.balance === undefined ? null : <Amount value={limits.balance} />)}
      className={className}
    >
      {(control) => (
        <div className="grid gap-2">
          <div className="relative">
            <input
              {...control}
              ref={props.ref}
              name={props.name}
              value={value}
              disabled={disabled}
              onChange={(event) => onChange(event.target.value)}
              onBlur={blur}
              inputMode="decimal"
              autoComplete="off"
              spellCheck={false}
              placeholder="0.00"
              className={cn(inputStyles, 'figures h-12 pr-28 text-lg font-medium sm:h-11 sm:text-lg')}
            />
            <div className="absolute inset-y-0 right-0 flex items-center gap-2 pr-3">
              {max === undefined || max <= 0n ? null : (
                <button
                  type="button"
                  disabled={disabled}
                  onClick={() => onChange(formatUsdc(max))}
                  className="h-7 rounded-sm px-1.5 text-xs font-semibold text-accent-ink hover:bg-accent-soft"
                >
                  Max
                </button>
              )}
              <span className="text-sm text-ink-muted">USDC</span>
            </div>
          </div>
          {presets ? (
            <Presets
              label={`${label}: presets`}
              presets={presets}
              selected={read.ok ? read.amount : null}
              disabled={disabled}
              onSelect={(amount) => onChange(formatUsdc(amount))}
            />
          ) : null}
        </div>
      )}
    </Field>
  )
}

function refusal(read: ReadAmount, wasLeft: boolean): string | null {
  if (read.ok || read.reason === 'empty') return null
  return wasLeft || REFUSED_WHILE_TYPING.has(read.reason) ? read.words : null
}

type PresetsProps = {
  label: string
  presets: readonly AmountPreset[]
  selected: bigint | null
  disabled: boolean | undefined
  onSelect: (amount: bigint) => void
}

function Presets({ label, presets, selected, disabled, onSelect }: PresetsProps) {
  return (
    <fieldset className="flex gap-2" disabled={disabled}>
      <legend className="sr-only">{label}</legend>
      {presets.map((preset) => (
        <button
          key={preset.label}
          type="button"
          aria-pressed={selected === preset.amount}
          onClick={() => onSelect(preset.amount)}
          className="figures h-10 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-1 text-sm font-medium hover:bg-sunken disabled:opacity-55 aria-pressed:border-accent-ink aria-pressed:bg-accent-soft aria-pressed:text-accent-ink sm:h-8"
        >
          {preset.label}
        </button>
      ))}
    </fieldset>
  )
}
