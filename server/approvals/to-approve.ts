import { checksummed, parseAddress, type StoredAddress } from '@/domain/address'
import type { ToApproveView } from '@/domain/approval'
import { hasPermission } from '@/domain/roles'
import { findApproval } from './approval-repository'
import { approvalTypedData } from './approval-typed-data'
import { buildApprovalView } from './approval-view'
import { fundsWarnings, readFunds } from './read-funds'
import { recipientWarnings, refusalWarnings } from './recipient-warnings'
import { noApproval } from './refusals'

/** All that a member of the workspace needs to decide about a payout, and what they would sign. Throws `not_found`, for strangers too. */
export async function toApprove({
  approvalId,
  workspaceId: asked,
  person,
}: {
  approvalId: string
  /** Another workspace's approval is `not_found`; any of the person's when omitted. */
  workspaceId?: string | undefined
  person: StoredAddress
}): Promise<ToApproveView> {
  const row = await findApproval({ approvalId, workspaceId: asked, person })
  if (!row) throw noApproval()
  const isPending = row.payout.status === 'pending_authorization'
  const [funds, [recipient = []]] = await Promise.all([
    isPending ? readFunds({ fromAddress: row.fromAddress, amount: row.amount }) : null,
    recipientWarnings(isPending ? [row] : []),
  ])
  return {
    payout: row.payout,
    approval: buildApprovalView(row),
    typedData: approvalTypedData(row, { person }),
    warnings: funds ? [...recipient, ...refusalWarnings(row), ...fundsWarnings(funds, row.amount)] : [],
    recipientName: row.recipientName,
    funds,
    workspace: { id: row.workspaceId, slug: row.slug, name: row.workspaceName },
    you: {
      address: checksummed(person),
      role: row.role,
      mayApprove: row.isInForce && hasPermission(row.role, 'approve'),
      rightsFrom: row.isInForce ? null : row.rightsFrom,
    },
    waitingFor: row.waitingFor,
    takenBack: row.takenBack,
    isSettled: row.isSettled,
    stopped: row.stopped && { ...row.stopped, by: stopperOf(row.stopped) },
    secondsLeft: row.secondsLeft,
  }
}

/** A person's address as people read it, or `checker`. */
function stopperOf({ by }: { by: string }): string {
  const address = parseAddress(by)
  return address ? checksummed(address) : by
}
