import { failureWords, type PayoutRowView } from '@/domain/payout-console'
import { Notice } from '../ui/notice'
import { payoutState } from './payout-state'

/** Why a payout was not made: what happened, whether money moved, what to do now. */
export function PayoutFailure({ reason, kind }: { reason: string; kind: PayoutRowView['kind'] }) {
  const { what, money, next } = failureWords(reason, kind)
  const isByChoice = payoutState({ status: 'failed', failureReason: reason }).tone === 'neutral'
  return (
    <Notice tone={isByChoice ? 'info' : 'caution'} title={what}>
      <span className="grid gap-1">
        <span>{money}</span>
        <span>{next}</span>
        <span className="font-mono text-xs">{reason}</span>
      </span>
    </Notice>
  )
}
