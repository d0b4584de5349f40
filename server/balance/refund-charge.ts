import { formatUsdc } from '@/domain/money'
import { AppError } from '@/server/core/app-error'
import { refundChargeRow } from './charge-repository'

export type RefundedCharge = {
  chargeId: string
  agentId: string
  amount: bigint
  refundedAt: Date
  /** What the agent had to spend right after the refund. */
  balance: bigint
}

type By =
  /** A member of the workspace that earned the charge; the refund is audited. */
  | { person: string; workspaceId: string; requestId: string | null }
  /** Our own handler, when what was paid for was not served. The idempotency key can then be used again. */
  | { handler: string }

/**
 * Gives a charge back to the agent's virtual balance, once; a repeat answers the same. Throws `not_found`, and
 * `balance_insufficient` when the revenue was already withdrawn.
 */
export async function refundCharge({
  chargeId,
  by,
  reason,
}: {
  chargeId: string
  by: By
  reason: string
}): Promise<RefundedCharge> {
  const { outcome, revenue, ...refunded } = await refundChargeRow({
    chargeId,
    reason,
    ...('person' in by
      ? {
          workspaceId: by.workspaceId,
          by: by.person,
          releaseKey: false,
          isAudited: true,
          requestId: by.requestId,
        }
      : { workspaceId: null, by: by.handler, releaseKey: true, isAudited: false, requestId: null }),
  })
  if (outcome === 'not_found') throw new AppError('not_found', 'There is no such charge.')
  if (outcome === 'insufficient') {
    throw new AppError(
      'balance_insufficient',
      `The charge was ${formatUsdc(refunded.amount)} USDC, and ${formatUsdc(revenue)} USDC of what this agent paid is left: the rest was withdrawn.`,
      { details: { available: revenue.toString(), required: refunded.amount.toString() } },
    )
  }
  return refunded
}
