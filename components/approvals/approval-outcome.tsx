'use client'

import type { ToApproveView } from '@/domain/approval'
import { Actor } from '../address/actor'
import { Address } from '../address/address'
import { PayoutProgress } from '../payouts/payout-progress'
import { payoutState } from '../payouts/payout-state'
import { CopyButton } from '../ui/copy-button'
import { exactTime } from '../ui/format-time'
import { Notice } from '../ui/notice'
import { hasApproved, isOpen } from './approval-stage'

type ApprovalOutcomeProps = { view: ToApproveView; isExpired: boolean }

/** What there is to say beside the decision itself: stopped, no right, waiting for another, decided, over, under way. */
export function ApprovalOutcome({ view, isExpired }: ApprovalOutcomeProps) {
  const { payout, approval } = view
  if (isOpen(view, isExpired ? 0 : 1)) return <Open view={view} />
  if (payout.status === 'pending_authorization') {
    return (
      <Notice tone="caution" title="The time to decide is over">
        Nothing was sent, and nothing will be. The agent has to ask again.
      </Notice>
    )
  }
  const isEnded = payout.status === 'failed' && payout.isFinal
  return (
    <>
      {isEnded ? (
        <Ended view={view} />
      ) : (
        <PayoutProgress payout={payout} waitingFor={view.waitingFor} takenBack={view.takenBack} />
      )}
      {approval.status === 'approved' ? <Decided view={view} /> : null}
    </>
  )
}

function Open({ view }: { view: ToApproveView }) {
  const { approval, payout, you, stopped } = view
  const missing = approval.requiredApprovals - approval.approvals
  return (
    <>
      {stopped ? (
        <Notice tone="danger" title="All payouts of this workspace are stopped">
          <span className="grid gap-1">
            <span className="flex flex-wrap items-center gap-2">
              By <Actor actor={stopped.by} /> {exactTime(new Date(stopped.at * 1000))}
            </span>
            {stopped.note ? <span className="[overflow-wrap:anywhere]">“{stopped.note}”</span> : null}
            <span>Nothing can be approved until an owner lets payouts go on. Denying is possible.</span>
          </span>
        </Notice>
      ) : null}
      {you.mayApprove ? null : <NoRight view={view} />}
      {hasApproved(view) ? (
        <Notice
          tone="positive"
          title={`You have approved; ${missing === 1 ? 'one more person has' : `${missing} more people have`} to`}
          action={payout.approvalUrl ? <ShareLink url={payout.approvalUrl} /> : null}
        >
          Nothing is sent before. Share this page with another owner, admin or approver.
        </Notice>
      ) : approval.requiredApprovals > 1 ? (
        <Notice title={`This amount needs ${approval.requiredApprovals} people`}>
          {approval.approvals === 0
            ? 'Nobody has approved it yet. After you, another person has to.'
            : `${approval.approvals} of ${approval.requiredApprovals} have approved. ${missing === 1 ? 'With your approval it is paid.' : ''}`}
        </Notice>
      ) : null}
    </>
  )
}

function NoRight({ view: { you } }: { view: ToApproveView }) {
  return (
    <Notice tone="caution" title="You can see this payout, but not decide about it">
      {you.rightsFrom === null
        ? `Your role is ${you.role.toLowerCase()}. An owner, admin or approver of the workspace decides.`
        : `Your rights as ${you.role.toLowerCase()} begin ${exactTime(new Date(you.rightsFrom * 1000))}.`}
    </Notice>
  )
}

function ShareLink({ url }: { url: string }) {
  return <CopyButton value={url} what="link to this approval" label="Copy the link" variant="secondary" />
}

function Ended({ view }: { view: ToApproveView }) {
  const { payout, approval } = view
  const { label, hint } = payoutState(payout)
  return (
    <Notice tone={payout.failureReason === 'user_denied' ? 'info' : 'caution'} title={label}>
      <span className="grid gap-1">
        <span>{hint}</span>
        <DecidedBy by={approval.decidedBy} at={approval.decidedAt} />
        {approval.note ? (
          <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">“{approval.note}”</span>
        ) : null}
      </span>
    </Notice>
  )
}

function Decided({ view: { approval } }: { view: ToApproveView }) {
  if (approval.isByMandate) return <p className="text-[0.8125rem] text-ink-muted">Approved by its mandate.</p>
  return (
    <div className="grid gap-1 text-[0.8125rem] text-ink-muted">
      {approval.votes
        .filter(({ isApproved }) => isApproved)
        .map(({ address, at }) => (
          <p key={address} className="flex flex-wrap items-center gap-2">
            Approved by <Address address={address} isPlain size="sm" /> {exactTime(new Date(at * 1000))}
          </p>
        ))}
    </div>
  )
}

function DecidedBy({ by, at }: { by: string | null; at: number | null }) {
  if (by === null || !by.startsWith('0x')) return null
  return (
    <span className="flex flex-wrap items-center gap-2">
      By <Address address={by} isPlain size="sm" /> {at === null ? null : exactTime(new Date(at * 1000))}
    </span>
  )
}
