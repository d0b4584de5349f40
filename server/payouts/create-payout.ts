import { checksummed } from '@/domain/address'
import type { PayoutInput, PayoutView } from '@/domain/payout'
import type { AgentCaller } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { wakeWorker } from '@/server/core/wake-worker'
import { assertAcceptable } from './assert-acceptable'
import { hashRequest } from './hash-request'
import { newApprovalId } from './new-approval-id'
import { payer } from './payer'
import { enqueuePayout } from './payout-queue'
import { findKnownPayout, type PayoutOutcome } from './payout-repository'
import { payoutIdConflict, refusePayout } from './refuse-payout'

type Request = {
  /** The statement checks that this agent and its token are live. */
  agent: Pick<AgentCaller, 'agentId' | 'tokenId'>
  input: PayoutInput
  requestId: string
}

/**
 * Creates a payout, or answers the one that an identical request has created, in one round trip. Throws
 * `payout_id_conflict`, `biz_id_taken`, `unsupported_network`, `unsupported_asset`, `recipient_refused`, `target_refused`, the
 * codes of a mandate, `agent_not_linked`, `agent_expired`, `agent_monthly_limit_exceeded`, `payouts_killed`, `unauthenticated`.
 */
export async function createPayout(request: Request): Promise<{ payout: PayoutView; isNew: boolean }> {
  const { agent, input } = request
  const requestHash = hashRequest(input, payer())
  const known = await findBeforeRefusal(request, requestHash)
  const outcome = known ?? (await enqueuePayout(agent.agentId, rowOf(request, requestHash)))
  if (outcome.outcome !== 'created' && outcome.outcome !== 'replayed') refusePayout(outcome, agent)
  const { payout } = outcome
  const isNew = outcome.outcome === 'created'
  if (isNew && payout.status === 'authorized') wakeWorker('advance-payouts')
  return { payout, isNew }
}

/**
 * A payout id is looked up before anything is refused: a repeat is answered although its webhook's name, say, resolves no
 * more. Null where there is nothing to refuse.
 */
async function findBeforeRefusal(
  { agent, input }: Request,
  requestHash: Buffer,
): Promise<Extract<PayoutOutcome, { outcome: 'created' | 'replayed' }> | null> {
  try {
    await assertAcceptable(input)
    return null
  } catch (refusal) {
    if (!(refusal instanceof AppError)) throw refusal
    const { agentId, tokenId } = agent
    const known = await findKnownPayout({ agentId, tokenId, payoutId: input.payoutId, requestHash })
    if (!known) throw refusal
    if (!known.isSame) throw payoutIdConflict()
    return { outcome: 'replayed', payout: known.payout }
  }
}

function rowOf({ agent, input, requestId }: Request, requestHash: Buffer) {
  const { payoutId, toAddress, amount, currency, mandateId, bizId } = input
  const { description, metadata, webhookUrl, ttlSeconds } = input
  return {
    tokenId: agent.tokenId,
    payoutId,
    toAddress,
    toChecksum: checksummed(toAddress),
    amount,
    currency,
    mandateId,
    bizId,
    description,
    metadata,
    webhookUrl,
    ttlSeconds,
    requestHash,
    isAsking: input.onMandateRefusal === 'ask',
    approvalId: newApprovalId(),
    requestId,
  }
}
