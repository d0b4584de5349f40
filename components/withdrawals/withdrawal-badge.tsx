import type { WithdrawalView } from '@/domain/withdrawal'
import { Badge } from '../ui/badge'
import { withdrawalState } from './withdrawal-state'

/** Where a withdrawal stands; its tooltip says what happens next. */
export function WithdrawalBadge({ withdrawal }: { withdrawal: WithdrawalView }) {
  const { tone, label, hint } = withdrawalState(withdrawal)
  return (
    <Badge tone={tone} hint={hint}>
      {label}
    </Badge>
  )
}
