'use client'

import { RadioGroup } from 'radix-ui'
import { RANGE_DAYS, type RangeDays } from './activity-params'

type RangeChoiceProps = { days: RangeDays; onChange: (days: RangeDays) => void }

/** The window of the chart: 7, 30 or 90 days. */
export function RangeChoice({ days, onChange }: RangeChoiceProps) {
  return (
    <RadioGroup.Root
      aria-label="Time range"
      orientation="horizontal"
      value={String(days)}
      onValueChange={(value) => {
        const chosen = RANGE_DAYS.find((range) => String(range) === value)
        if (chosen) onChange(chosen)
      }}
      className="flex rounded-md border border-line-strong bg-surface p-0.5"
    >
      {RANGE_DAYS.map((range) => (
        <RadioGroup.Item
          key={range}
          value={String(range)}
          className="figures h-7 rounded-sm px-2.5 text-[0.8125rem] font-medium text-ink-muted transition-colors hover:text-ink data-[state=checked]:bg-accent-soft data-[state=checked]:text-accent-ink"
        >
          {range} days
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
