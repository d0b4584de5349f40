import type { Hex } from 'viem'
import type { StoredAddress } from '@/domain/address'
import type { ApprovedMany, ToApproveManyView } from '@/domain/approval'
import type { Actor } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { wakeWorker } from '@/server/core/wake-worker'
import { type ApprovalRow, findApprovals, insertVotes } from './approval-repository'
import { batchTypedData, verifyApproval } from './approval-typed-data'
import { buildPendingView } from './approval-view'
import { fundsWarnings, readFunds } from './read-funds'
import { recipientWarnings, refusalWarnings } from './recipient-warnings'

type Asked = { workspaceId: string; approvalIds: readonly string[]; person: StoredAddress }

/**
 * Several payouts line by line with what speaks against each, their total in atomic units, whether the wallet covers it, and what
 * one signature over all of them would say.
 */
export async function toApproveMany(asked: Asked): Promise<ToApproveManyView> {
  const { approvalIds, person } = asked
  const rows = await findApprovals(asked)
  const open = rows.filter((row) => closedReason(row) === null)
  const total = open.reduce((sum, { amount }) => sum + amount, 0n)
  const [first, ...others] = open
  const [funds, recipients] = await Promise.all([
    first ? readFunds({ fromAddress: first.fromAddress, amount: total }) : null,
    recipientWarnings(open),
  ])
  const lines = open.map((row, at) => ({
    ...buildPendingView(row, person),
    warnings: [...(recipients[at] ?? []), ...refusalWarnings(row)],
  }))
  const missing = approvalIds.flatMap((approvalId) => {
    const row = rows.find((one) => one.approvalId === approvalId)
    const reason = row ? closedReason(row) : ('not_found' as const)
    return reason ? [{ approvalId, reason }] : []
  })
  return {
    lines,
    missing,
    total: total.toString(),
    funds,
    warnings: funds ? fundsWarnings(funds, total) : [],
    typedData: first ? batchTypedData([first, ...others], { person }) : null,
  }
}

function closedReason({ status, payout, secondsLeft }: ApprovalRow): 'decided' | 'expired' | null {
  if (payout.failureReason === 'expired') return 'expired'
  if (status !== 'pending' || payout.status !== 'pending_authorization') return 'decided'
  return secondsLeft > 0 ? null : 'expired'
}

type ApproveMany = {
  workspaceId: string
  approvalIds: readonly string[]
  signature: Hex
  actor: Actor
}

/**
 * Approves several payouts by one signature over the list in this order. Each line has its own outcome: one that is over
 * meanwhile does not stop the others. Throws `not_found`, `signature_invalid`, `dependency_unavailable`.
 */
export async function approveMany({
  workspaceId,
  approvalIds,
  signature,
  actor,
}: ApproveMany): Promise<ApprovedMany> {
  const person = actor.address
  const rows = await findApprovals({ workspaceId, approvalIds, person })
  const [first, ...others] = rows
  // The whole list is what was signed: without one of its lines there is nothing to compare the signature with.
  if (!first || rows.length < approvalIds.length) {
    throw new AppError('not_found', 'Not every line is an approval of this workspace. Nothing was approved.')
  }
  const typedData = batchTypedData([first, ...others], { person })
  const evidence = await verifyApproval({ person, typedData, signature })
  const votes = await insertVotes({ workspaceId, approvalIds, person, evidence, requestId: actor.requestId })
  if (votes.some(({ outcome }) => outcome === 'approved')) wakeWorker('advance-payouts')
  return {
    lines: votes.map(({ approvalId, outcome, payout, approvals, requiredApprovals }) => ({
      approvalId,
      outcome,
      payout,
      approvals,
      requiredApprovals,
    })),
  }
}
