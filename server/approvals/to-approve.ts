import { checksummed, type StoredAddress } from '@/domain/address'
import type { ApprovalWarning, ToApproveView } from '@/domain/approval'
import { hasPermission } from '@/domain/roles'
import { findApproval } from './approval-repository'
import { approvalTypedData } from './approval-typed-data'
import { buildApprovalView } from './approval-view'
import { fundsWarnings, readFunds } from './read-funds'
import { recipientWarnings } from './recipient-warnings'
import { noApproval } from './refusals'

/** All that a member of the workspace needs to decide about a payout, and what they would sign. Throws `not_found`, for strangers too. */
export async function toApprove({
  approvalId,
  person,
}: {
  approvalId: string
  person: StoredAddress
}): Promise<ToApproveView> {
  const row = await findApproval({ approvalId, person })
  if (!row) throw noApproval()
  const isPending = row.payout.status === 'pending_authorization'
  const [funds, recipient] = await Promise.all([
    isPending ? readFunds({ fromAddress: row.fromAddress, amount: row.amount }) : null,
    isPending ? recipientWarnings(row) : [],
  ])
  const refused: ApprovalWarning[] = row.refusal ? [{ code: 'mandate_refused', refusal: row.refusal }] : []
  return {
    payout: row.payout,
    approval: buildApprovalView(row),
    typedData: approvalTypedData(row, { person }),
    warnings: funds ? [...recipient, ...refused, ...fundsWarnings(funds, row.amount)] : [],
    recipientName: row.recipientName,
    funds,
    workspace: { id: row.workspaceId, slug: row.slug, name: row.workspaceName },
    you: {
      address: checksummed(person),
      role: row.role,
      mayApprove: row.isInForce && hasPermission(row.role, 'approve'),
      rightsFrom: row.isInForce ? null : row.rightsFrom,
    },
    stopped: row.stopped && { ...row.stopped, by: checksummed(row.stopped.by) },
    secondsLeft: row.secondsLeft,
  }
}
