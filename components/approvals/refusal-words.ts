import type { ApprovalView } from '@/domain/approval'
import { formatUsdc } from '@/domain/money'

type Refusal = NonNullable<ApprovalView['refusal']>

/** Why the mandate did not pay by itself, with its numbers. */
export function refusalWords(refusal: Refusal): string {
  const required = usdcOf(refusal.required)
  switch (refusal.code) {
    case 'mandate_not_signed':
      return refusal.mandateStatus === 'expired'
        ? 'The mandate it names was never signed.'
        : 'The mandate it names is not signed yet.'
    case 'mandate_disabled':
      return refusal.mandateStatus === 'revoked'
        ? 'The mandate it names was revoked.'
        : 'The mandate it names is switched off.'
    case 'mandate_expired':
      return 'The mandate it names is outside its time.'
    case 'mandate_recipient_not_allowed':
      return 'The mandate it names does not allow this recipient.'
    case 'mandate_amount_over_cap':
      return `The mandate allows at most ${usdcOf(refusal.maxAmountPerTx)} for one payout; this one is ${required}.`
    case 'mandate_period_exceeded':
      return `The mandate has ${usdcOf(refusal.remaining)} left in its current period; this one is ${required}.`
    case 'mandate_insufficient_budget':
      return `The mandate has ${usdcOf(refusal.remaining)} left; this one is ${required}.`
    default:
      return 'The mandate it names does not allow it.'
  }
}

function usdcOf(atomic: unknown): string {
  if (typeof atomic !== 'string' || !/^-?\d+$/.test(atomic)) return 'an unknown amount'
  const amount = BigInt(atomic)
  return `${formatUsdc(amount > 0n ? amount : 0n)} USDC`
}
