import { isPayoutId, type PayoutView } from '@/domain/payout'
import { AppError } from '@/server/core/app-error'
import { buildPayoutAnswer } from './payout-answer'
import { findPayout } from './payout-repository'

export function noSuchPayout(): AppError {
  return new AppError('not_found', 'There is no such payout.')
}

/** A payout of the workspace. Throws `not_found` for a foreign one as for one that never existed. */
export async function getPayout(of: { workspaceId: string; payoutId: string }): Promise<PayoutView> {
  const payout = isPayoutId(of.payoutId) ? await findPayout(of) : null
  if (!payout) throw noSuchPayout()
  return buildPayoutAnswer(payout)
}
