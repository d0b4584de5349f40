'use client'

import { Ban, Gauge, MoreHorizontal, Pencil, RefreshCw } from 'lucide-react'
import type { AgentView } from '@/domain/agent'
import { Button } from '../ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '../ui/dropdown-menu'

export type AgentAct = 'rename' | 'limits' | 'rotate' | 'revoke'

export const AGENT_ACTS = [
  { act: 'rename', label: 'Rename', icon: Pencil },
  { act: 'limits', label: 'Change limit and end', icon: Gauge },
  { act: 'rotate', label: 'Rotate the token', icon: RefreshCw },
  { act: 'revoke', label: 'Revoke', icon: Ban },
] as const

type AgentActionsProps = { agent: AgentView; onAct: (act: AgentAct, agent: AgentView) => void }

/** What can be done with an agent. A revoked one is done with. */
export function AgentActions({ agent, onAct }: AgentActionsProps) {
  if (agent.status === 'revoked') return null
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`Change ${agent.name}`}>
          <MoreHorizontal aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {AGENT_ACTS.map(({ act, label, icon: Icon }) => (
          <DropdownMenuItem key={act} isDanger={act === 'revoke'} onSelect={() => onAct(act, agent)}>
            <Icon aria-hidden />
            {label}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
