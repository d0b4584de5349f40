import type { PayoutStatus } from '@/domain/payout-status'
import { Badge } from '../ui/badge'
import { payoutState } from './payout-state'

type PayoutStatusBadgeProps = { status: PayoutStatus; failureReason: string | null; className?: string }

/** Where a payout stands; its tooltip says what happens next. */
export function PayoutStatusBadge({ status, failureReason, className }: PayoutStatusBadgeProps) {
  const { tone, icon, label, hint } = payoutState({ status, failureReason })
  return (
    <Badge tone={tone} icon={icon} hint={hint} className={className}>
      {label}
    </Badge>
  )
}
