'use client'

import { Bot } from 'lucide-react'
import { useMemo } from 'react'
import type { BalanceView } from '@/domain/balance'
import { formatUsdc } from '@/domain/money'
import { Select } from '../ui/select'

type AgentPickerProps = {
  agents: readonly BalanceView[]
  agentId: string
  onChange: (agentId: string) => void
}

/** Whose balance is shown, with what each agent has; those that run low say so. */
export function AgentPicker({ agents, agentId, onChange }: AgentPickerProps) {
  const options = useMemo(
    () => agents.map((agent) => ({ value: agent.agentId, label: agent.name, description: stateOf(agent) })),
    [agents],
  )
  return (
    <Select
      aria-label="Agent"
      icon={<Bot aria-hidden className="text-ink-faint" />}
      value={agentId}
      onValueChange={onChange}
      options={options}
      className="max-w-sm"
    />
  )
}

function stateOf({ balance, owed, isLow, revokedAt, agentId }: BalanceView): string {
  const state = BigInt(owed) > 0n ? 'frozen' : isLow ? 'low' : revokedAt ? 'revoked' : null
  // Two agents may have the same name; the end of the id tells them apart.
  return [`${formatUsdc(BigInt(balance))} USDC`, state, `…${agentId.slice(-6)}`].filter(Boolean).join(' · ')
}
