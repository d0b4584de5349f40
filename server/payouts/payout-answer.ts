import { type CreatedPayoutView, createdPayoutView, type PayoutView, payoutView } from '@/domain/payout'

const FIELDS = Object.keys(payoutView.shape) as (keyof PayoutView)[]
const CREATED_FIELDS = Object.keys(createdPayoutView.shape) as (keyof CreatedPayoutView)[]

/** A payout with its fields in the documented order; jsonb keeps its own. */
export function buildPayoutAnswer(payout: PayoutView): PayoutView {
  return pick(payout, FIELDS)
}

/** What creating answers. */
export function buildCreatedAnswer(payout: PayoutView): CreatedPayoutView {
  return pick(payout, CREATED_FIELDS)
}

function pick<K extends keyof PayoutView>(payout: PayoutView, fields: readonly K[]): Pick<PayoutView, K> {
  return Object.fromEntries(fields.map((field) => [field, payout[field]])) as Pick<PayoutView, K>
}
