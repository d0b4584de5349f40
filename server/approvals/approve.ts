import type { DecidedPayout } from '@/domain/approval'
import { hasPermission } from '@/domain/roles'
import type { Actor } from '@/server/audit'
import { wakeWorker } from '@/server/core/wake-worker'
import { findApproval, insertVotes } from './approval-repository'
import { approvalTypedData, verifyApproval } from './approval-typed-data'
import { noApproval, refusal } from './refusals'

/**
 * A person's approval of a payout by an EIP-712 signature of the wallet they are signed in with. When enough different
 * persons have approved, the payout is authorized; the same person again changes nothing. Throws `not_found`,
 * `not_authorized`, `signature_invalid`, `INVALID_STATE`, `payouts_killed`, `dependency_unavailable`.
 */
export async function approve({
  approvalId,
  workspaceId: asked,
  signature,
  actor,
}: {
  approvalId: string
  /** Another workspace's approval is `not_found`; any of the person's when omitted. */
  workspaceId?: string | undefined
  signature: `0x${string}`
  actor: Actor
}): Promise<DecidedPayout> {
  const person = actor.address
  const row = await findApproval({ approvalId, workspaceId: asked, person })
  if (!row) throw noApproval()
  if (!row.isInForce || !hasPermission(row.role, 'approve')) {
    throw refusal({ outcome: 'not_authorized', payout: row.payout, decidedBy: row.decidedBy })
  }
  const typedData = approvalTypedData(row, { person })
  const evidence = await verifyApproval({ person, typedData, signature })
  const { workspaceId } = row
  const [vote] = await insertVotes({
    workspaceId,
    approvalIds: [approvalId],
    person,
    evidence,
    requestId: actor.requestId,
  })
  if (!vote) throw noApproval()
  const { outcome, payout, approvals, requiredApprovals } = vote
  if (!payout || (outcome !== 'approved' && outcome !== 'waiting' && outcome !== 'already_voted')) {
    throw refusal(vote)
  }
  if (outcome === 'approved') wakeWorker('advance-payouts')
  return { ...payout, decision: { outcome, approvals, requiredApprovals } }
}
