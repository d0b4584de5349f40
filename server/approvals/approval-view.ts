import { checksummed } from '@/domain/address'
import type { ApprovalView, PendingApproval } from '@/domain/approval'
import type { PayoutView } from '@/domain/payout'
import type { ApprovalRow } from './approval-repository'

export function buildApprovalView(row: ApprovalRow): ApprovalView {
  const { approvalId, status, isByMandate, requiredApprovals, approvals, refusal, decidedAt, note } = row
  return {
    approvalId,
    status,
    isByMandate,
    requiredApprovals,
    approvals,
    votes: row.votes.map((vote) => ({ ...vote, address: checksummed(vote.address) })),
    refusal,
    decidedBy: row.decidedBy && shownActor(row.decidedBy),
    decidedAt,
    note,
  }
}

export function buildPendingView(row: ApprovalRow, person: string): PendingApproval {
  const { approvalId, payout, recipientName, isFirstTime, requiredApprovals, approvals, secondsLeft } = row
  return {
    approvalId,
    payout,
    recipientName,
    isFirstTime,
    requiredApprovals,
    approvals,
    hasMyApproval: row.votes.some(({ address, isApproved }) => address === person && isApproved),
    refusalCode: row.refusal?.code ?? null,
    secondsLeft,
  }
}

/** A person's address in its shown spelling; ids of agents and mandates, and `worker`, as they are. */
export function shownActor(actor: string): string {
  return /^0x[0-9a-f]{40}$/.test(actor) ? checksummed(actor) : actor
}

/** A decision that was too late, in words: what it is now and by whom. */
export function decidedWords(payout: PayoutView | null, decidedBy: string | null): string {
  const by = decidedBy ? ` by ${shownActor(decidedBy)}` : ''
  if (payout?.status === 'failed') return `It has ended (${payout.failureReason})${by}.`
  return `It was approved${by} and is ${payout?.status ?? 'decided'} now.`
}
