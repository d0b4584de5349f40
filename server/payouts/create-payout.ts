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
import { findStanding, type PayoutOutcome } from './payout-repository'
import { refusePayout } from './refuse-payout'

type Request = {
  /** The statement checks that this agent and its token are live. */
  agent: Pick<AgentCaller, 'agentId' | 'tokenId' | 'workspaceId'>
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
 * Who calls, and a payout id that is known, are looked at before what is asked for is refused: a repeat is answered although its
 * webhook's name, say, is forbidden now. Null where there is nothing to refuse.
 */
async function findBeforeRefusal(
  { agent, input }: Request,
  requestHash: Buffer,
): Promise<PayoutOutcome | null> {
  const { agentId, tokenId, workspaceId } = agent
  const standingOf = () => findStanding({ agentId, tokenId, payoutId: input.payoutId, requestHash })
  // Nobody's agent must not make us resolve names.
  const unlinked = workspaceId === null ? await standingOf() : null
  if (unlinked) return unlinked
  try {
    await assertAcceptable(input, { agentId })
    return null
  } catch (refusal) {
    const standing = refusal instanceof AppError ? await standingOf() : null
    if (standing) return standing
    throw refusal
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
