'use client'

import { Select } from '../ui/select'
import { useAllAgents } from './use-all-agents'

const ANY = 'any'

type AgentSelectProps = { value: string | null; onChange: (agent: string | null) => void }

/** Narrows a list to one agent; an id of the address that no agent has is shown as it is. */
export function AgentSelect({ value, onChange }: AgentSelectProps) {
  const { agents: known } = useAllAgents()
  const isUnknown = value !== null && !known.some(({ id }) => id === value)
  return (
    <Select
      aria-label="Agent"
      className="sm:w-44"
      value={value ?? ANY}
      onValueChange={(next) => onChange(next === ANY ? null : next)}
      options={[
        { value: ANY, label: 'Any agent' },
        ...known.map(({ id, name }) => ({ value: id, label: name })),
        ...(isUnknown ? [{ value, label: value }] : []),
      ]}
    />
  )
}
