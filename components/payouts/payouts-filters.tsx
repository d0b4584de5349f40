'use client'

import { Search, X } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import { COUNTED_MOST, PAYOUT_GROUPS, type PayoutCounts, type PayoutGroup } from '@/domain/payout-console'
import { AgentSelect } from '../agents/agent-select'
import { Button } from '../ui/button'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import type { PayoutsAddress } from './payouts-params'

const GROUP_WORDS: Record<PayoutGroup, string> = {
  waiting: 'Waiting for approval',
  moving: 'On their way',
  paid: 'Paid',
  unknown: 'Unknown',
  failed: 'Not paid',
}
const ANY = 'any'
// A list starts to change once the typing pauses.
const TYPING_MILLISECONDS = 300

type Change = Partial<{ [Key in keyof PayoutsAddress]: PayoutsAddress[Key] | null }>
type PayoutsFiltersProps = {
  address: PayoutsAddress
  counts: PayoutCounts | undefined
  onChange: (change: Change) => void
}

/** What the list is narrowed to: words, status, agent, days, and a mandate that a link brought along. */
export function PayoutsFilters({ address, counts, onChange }: PayoutsFiltersProps) {
  return (
    <search className="flex flex-wrap items-center gap-2 border-t px-5 py-3">
      <SearchField value={address.q} onChange={(q) => onChange({ q: q || null })} />
      <Select
        aria-label="Status"
        className="sm:w-52"
        value={address.status ?? ANY}
        onValueChange={(next) => onChange({ status: PAYOUT_GROUPS.find((group) => group === next) ?? null })}
        options={[
          { value: ANY, label: 'Any status' },
          ...PAYOUT_GROUPS.map((group) => ({
            value: group as string,
            label: `${GROUP_WORDS[group]}${countOf(counts?.[group])}`,
          })),
        ]}
      />
      <AgentSelect value={address.agent} onChange={(agent) => onChange({ agent })} />
      <div className="grid w-full gap-2 sm:flex sm:w-auto sm:gap-3">
        <DayField word="From" value={address.from} onChange={(from) => onChange({ from })} />
        <DayField word="To" value={address.to} onChange={(to) => onChange({ to })} />
      </div>
      {address.mandate ? (
        <Button size="sm" onClick={() => onChange({ mandate: null })}>
          Of one mandate
          <X aria-hidden />
          <span className="sr-only">: show all mandates</span>
        </Button>
      ) : null}
    </search>
  )
}

function countOf(count: number | undefined): string {
  if (count === undefined) return ''
  return count >= COUNTED_MOST ? ` (${COUNTED_MOST.toLocaleString('en')}+)` : ` (${count})`
}

function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value)
  // The address may change from elsewhere: back, or "clear the filters".
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), TYPING_MILLISECONDS)
    return () => clearTimeout(timer)
  })
  return (
    <div className="relative w-full sm:w-72">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-faint"
      />
      <Input
        type="search"
        aria-label="Search payouts"
        placeholder="Id, address, hash or words"
        className="pl-9"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  )
}

type DayFieldProps = { word: 'From' | 'To'; value: string | null; onChange: (day: string | null) => void }

function DayField({ word, value, onChange }: DayFieldProps) {
  const id = useId()
  return (
    <div className="flex min-w-0 items-center gap-2">
      <label htmlFor={id} className="w-10 shrink-0 text-[0.8125rem] text-ink-muted sm:w-auto">
        {word}
        <span className="sr-only"> day (UTC)</span>
      </label>
      <Input
        id={id}
        type="date"
        title="Days are counted in UTC"
        className="sm:w-38"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || null)}
      />
    </div>
  )
}
