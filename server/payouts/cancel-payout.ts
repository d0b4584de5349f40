import { isPayoutId, type PayoutView } from '@/domain/payout'
import type { AgentCaller } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { noSuchPayout } from './get-payout'
import { buildPayoutAnswer } from './payout-answer'
import { cancelPayoutRow } from './payout-repository'

/**
 * Ends a payout of the agent's workspace before anything is signed; its budget, bizId and month are free again. A repeat answers
 * the same. Throws `not_found`, `unauthenticated`, and `INVALID_STATE` with `state` once it is past that.
 */
export async function cancelPayout({
  agent,
  payoutId,
  requestId,
}: {
  agent: Pick<AgentCaller, 'agentId' | 'tokenId'>
  payoutId: string
  requestId: string
}): Promise<PayoutView> {
  const { agentId, tokenId } = agent
  if (!isPayoutId(payoutId)) throw noSuchPayout()
  const { outcome, payout } = await cancelPayoutRow({ agentId, tokenId, payoutId, requestId })
  switch (outcome) {
    case 'cancelled':
    case 'repeated':
      return buildPayoutAnswer(payout)
    case 'unauthenticated':
      throw new AppError('unauthenticated', "The agent's token was revoked.")
    case 'not_found':
      throw noSuchPayout()
    case 'invalid_state': {
      const { status, failureReason } = payout
      throw new AppError(
        'INVALID_STATE',
        `Only a payout that nothing is signed for can be cancelled; this one is ${status}.`,
        { details: { state: status, ...(failureReason === null ? {} : { failureReason }) } },
      )
    }
  }
}
