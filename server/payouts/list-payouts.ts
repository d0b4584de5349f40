import { isPayoutId, type PayoutView } from '@/domain/payout'
import { AppError } from '@/server/core/app-error'
import { buildPayoutAnswer } from './payout-answer'
import { type PayoutFilter, selectPayouts } from './payout-repository'

/** A page of a workspace's payouts, newest first; `cursor` is the last payoutId of the page before. Throws `invalid_cursor`. */
export async function listPayouts({
  cursor,
  limit,
  ...filter
}: PayoutFilter & { cursor?: string | undefined; limit: number }): Promise<{
  payouts: PayoutView[]
  nextCursor: string | null
}> {
  const isReadable = cursor === undefined || isPayoutId(cursor)
  const payouts = isReadable
    ? await selectPayouts({ ...filter, after: cursor ?? null, limit: limit + 1 })
    : null
  if (!payouts) {
    throw new AppError(
      'invalid_cursor',
      'The cursor is not a payout of this workspace. Start again without it.',
      {
        param: 'cursor',
      },
    )
  }
  const page = payouts.slice(0, limit)
  return {
    payouts: page.map(buildPayoutAnswer),
    nextCursor: payouts.length > limit ? (page.at(-1)?.payoutId ?? null) : null,
  }
}
