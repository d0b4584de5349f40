import { Ban, CircleCheck, Hourglass, type LucideIcon } from 'lucide-react'
import type { AgentStatus } from '@/domain/agent'
import { Badge, type Tone } from '../ui/badge'

const LOOKS: Record<AgentStatus, { tone: Tone; icon: LucideIcon; label: string; hint: string }> = {
  active: {
    tone: 'positive',
    icon: CircleCheck,
    label: 'Active',
    hint: 'It can spend its balance within its limits.',
  },
  expired: {
    tone: 'caution',
    icon: Hourglass,
    label: 'Ended',
    hint: 'Its end has passed: it can read and spend nothing. Give it a later end to let it go on.',
  },
  revoked: {
    tone: 'danger',
    icon: Ban,
    label: 'Revoked',
    hint: 'It can do nothing any more. Its balance stays and can be refunded or moved.',
  },
}

type AgentStatusBadgeProps = { status: AgentStatus; isHintShown?: boolean }

/** What the agent may do now, in a word; what that means on hover, or below it. */
export function AgentStatusBadge({ status, isHintShown }: AgentStatusBadgeProps) {
  const { tone, icon, label, hint } = LOOKS[status]
  return (
    <Badge tone={tone} icon={icon} hint={hint} isHintShown={isHintShown}>
      {label}
    </Badge>
  )
}
