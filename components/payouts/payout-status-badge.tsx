import type { TakenBack } from '@/domain/payout-console'
import type { PayoutStatus } from '@/domain/payout-status'
import { Badge } from '../ui/badge'
import { payoutState } from './payout-state'

type PayoutStatusBadgeProps = {
  status: PayoutStatus
  failureReason: string | null
  takenBack?: TakenBack | null
  expiresAt?: string | null
  authorization?: { validBefore: number } | null
  className?: string
}

/** Where a payout stands; its tooltip says what happens next and by when. */
export function PayoutStatusBadge({ authorization, className, ...shown }: PayoutStatusBadgeProps) {
  const { status, failureReason, takenBack, expiresAt } = shown
  const validBefore = authorization?.validBefore ?? null
  const { tone, icon, label, hint } = payoutState({
    status,
    failureReason,
    takenBack: takenBack ?? null,
    expiresAt: expiresAt ?? null,
    validBefore,
  })
  return (
    <Badge tone={tone} icon={icon} hint={hint} className={className}>
      {label}
    </Badge>
  )
}
