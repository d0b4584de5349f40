import type { DecidedPayout } from '@/domain/approval'
import { hasPermission } from '@/domain/roles'
import type { Actor } from '@/server/audit'
import { findApproval, insertDenial } from './approval-repository'
import { noApproval, refusal } from './refusals'

/**
 * A person's denial, which ends the payout as `user_denied` whoever has approved it before. The same person again changes
 * nothing. Throws `not_found`, `not_authorized`, `INVALID_STATE`.
 */
export async function deny({
  approvalId,
  workspaceId: asked,
  note = '',
  actor,
}: {
  approvalId: string
  /** Another workspace's approval is `not_found`; any of the person's when omitted. */
  workspaceId?: string | undefined
  note?: string | undefined
  actor: Actor
}): Promise<DecidedPayout> {
  const row = await findApproval({ approvalId, workspaceId: asked, person: actor.address })
  if (!row) throw noApproval()
  if (!row.isInForce || !hasPermission(row.role, 'approve')) {
    throw refusal({ outcome: 'not_authorized', payout: row.payout, decidedBy: row.decidedBy })
  }
  const denial = await insertDenial({
    workspaceId: row.workspaceId,
    approvalId,
    person: actor.address,
    note: note === '' ? null : note,
    requestId: actor.requestId,
  })
  const { outcome, payout, approvals, requiredApprovals } = denial
  if (outcome !== 'denied') throw refusal({ ...denial, outcome })
  if (!payout) throw noApproval()
  return { ...payout, decision: { outcome, approvals, requiredApprovals } }
}
