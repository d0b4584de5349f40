import type { SweepView } from '@/domain/managed-wallet'

/** Of a payout as the database writes it, what is shown of a sweep. */
export function buildSweepView(payout: SweepView): SweepView {
  const { payoutId, status, amount, toAddress, txHash, failureReason, createdAt } = payout
  return { payoutId, status, amount, toAddress, txHash, failureReason, createdAt }
}
