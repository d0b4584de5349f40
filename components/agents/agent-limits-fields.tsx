'use client'

import { AmountField } from '../money/amount-field'
import { Field } from '../ui/field'
import { dateWords } from '../ui/format-time'
import { Select } from '../ui/select'
import { END_CHOICES, type EndChoice, type LimitsDraft } from './read-limits'

const PRESETS = [
  { label: '10', amount: 10_000_000n },
  { label: '50', amount: 50_000_000n },
  { label: '250', amount: 250_000_000n },
]

type AgentLimitsFieldsProps = {
  value: LimitsDraft
  onChange: (value: LimitsDraft) => void
  /** The end that the agent has now, when it has one: it may be kept. */
  current?: string | null
  disabled?: boolean
}

/** How much in a month, and until when. Both may be left open. */
export function AgentLimitsFields({ value, onChange, current, disabled }: AgentLimitsFieldsProps) {
  const kept = current ? [{ value: 'keep' as const, label: `Keep ${dateWords(new Date(current))}` }] : []
  const options: { value: EndChoice; label: string }[] = [
    ...kept,
    ...END_CHOICES.map(({ value: choice, label }) => ({ value: choice, label })),
  ]
  return (
    <>
      <AmountField
        label="Monthly limit (optional)"
        value={value.limit}
        onChange={(limit) => onChange({ ...value, limit })}
        presets={PRESETS}
        hint="The most it can spend in a calendar month (UTC). Left empty, its balance is the only limit."
        disabled={disabled ?? false}
      />
      <Field label="Permission ends" hint="After that it can read, and spend nothing.">
        {(control) => (
          <Select
            {...control}
            value={value.end}
            onValueChange={(end) => onChange({ ...value, end })}
            options={options}
            disabled={disabled ?? false}
          />
        )}
      </Field>
    </>
  )
}
