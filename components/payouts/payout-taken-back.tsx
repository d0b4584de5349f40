import type { TakenBack } from '@/domain/payout-console'
import type { PayoutStatus } from '@/domain/payout-status'
import { Notice } from '../ui/notice'
import { payoutState } from './payout-state'

type PayoutTakenBackProps = {
  payout: { status: PayoutStatus; failureReason: string | null; takenBack: TakenBack }
}

/** A payment that counted as paid and is not on the chain any more: what happens, and whether anybody may pay again. */
export function PayoutTakenBack({ payout }: PayoutTakenBackProps) {
  const { label, hint } = payoutState(payout)
  return (
    <Notice tone="danger" title={label}>
      {hint}
    </Notice>
  )
}
