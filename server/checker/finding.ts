import type { AlarmKind } from '@/domain/instance'
import type { BookFault, BookFaultCode } from './book-repository'

export type FindingKind = Extract<
  AlarmKind,
  | 'payout_books'
  | 'payout_unpaid'
  | 'payout_unproven'
  | 'payout_unknown_spend'
  | 'payout_stuck'
  | 'managed_wallet_short'
  | 'relayer_stuck'
>

/** What a check found wrong. A violation stops the payouts of its workspace. */
export type Finding = {
  kind: FindingKind
  subject: string
  workspaceId: string | null
  isViolation: boolean
  message: string
  details: Record<string, string | number | null>
}

const SENTENCES: Record<BookFaultCode, string> = {
  mandate_sums: 'What the mandate says is spent and pending is not the sum of its payouts.',
  mandate_over_limit: 'More is spent and pending of the mandate than its limit.',
  month_too_low: 'The month of the agent counts less than its payouts.',
  month_of_ended: 'The payout counts in its agent’s month though it failed, or does not though it is alive.',
  timeline: 'The timeline of the payout has a hole or a step that is not allowed.',
  timeline_end: 'The payout is not where its timeline ends.',
  approval: 'The approval of the payout does not fit its status.',
  approval_votes: 'The payout went on with fewer signed approvals than it needed.',
  mandate_signatures: 'The mandate counts as signed with fewer signatures than it needed.',
  outbox: 'The payout does not have exactly one event for each of its states.',
  biz_shared: 'Two active payouts have the same business id.',
  signature_missing: 'The payout is signed by its status and has no signature.',
}

export function describeBookFault({ code, subject, workspaceId, details }: BookFault): Finding {
  return {
    kind: 'payout_books',
    subject: `${subject}:${code}`,
    workspaceId,
    // A missing event loses no money; stopping payouts would not bring it.
    isViolation: code !== 'outbox',
    message: `${SENTENCES[code]} (${subject})`,
    details,
  }
}
