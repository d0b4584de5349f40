'use client'

import { Check } from 'lucide-react'
import { ToggleGroup } from 'radix-ui'
import { EVENT_KINDS, type EventKind } from '@/domain/event-kinds'
import { KIND_WORDS } from './event-effect'

type KindsFilterProps = { kinds: readonly EventKind[]; onChange: (kinds: EventKind[]) => void }

/** Which kinds of events are shown; none pressed means all. */
export function KindsFilter({ kinds, onChange }: KindsFilterProps) {
  return (
    <ToggleGroup.Root
      type="multiple"
      aria-label="Kinds of events"
      value={[...kinds]}
      onValueChange={(chosen) => onChange(EVENT_KINDS.filter((kind) => chosen.includes(kind)))}
      className="flex flex-wrap gap-1.5"
    >
      {EVENT_KINDS.map((kind) => (
        <ToggleGroup.Item
          key={kind}
          value={kind}
          className="group inline-flex h-8 items-center gap-1.5 rounded-full border border-line-strong bg-surface px-3 text-[0.8125rem] font-medium text-ink-muted transition-colors hover:bg-sunken data-[state=on]:border-accent-ink data-[state=on]:bg-accent-soft data-[state=on]:text-accent-ink"
        >
          <Check aria-hidden className="size-3.5 group-data-[state=off]:hidden" />
          {KIND_WORDS[kind].many}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
