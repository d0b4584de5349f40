import { Badge } from '../ui/badge'
import { mandateState } from './mandate-state'

type MandateStatusBadgeProps = {
  mandate: Parameters<typeof mandateState>[0]
  isHintShown?: boolean
}

/** What the mandate does now, in a word; what happens next and by when on hover, or below it. */
export function MandateStatusBadge({ mandate, isHintShown }: MandateStatusBadgeProps) {
  const { tone, icon, label, hint } = mandateState(mandate)
  return (
    <Badge tone={tone} icon={icon} hint={hint} isHintShown={isHintShown}>
      {label}
    </Badge>
  )
}
