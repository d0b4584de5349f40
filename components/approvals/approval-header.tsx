import { Clock } from 'lucide-react'
import type { ToApproveView } from '@/domain/approval'
import { Amount } from '../money/amount'
import { PayoutStatusBadge } from '../payouts/payout-status-badge'
import { cn } from '../ui/cn'
import { leftWords } from './left-words'

const HURRY_SECONDS = 120

/** What is asked, of whom, and how long there is to decide. */
export function ApprovalHeader({ view, secondsLeft }: { view: ToApproveView; secondsLeft: number }) {
  const { payout, workspace } = view
  const isPending = payout.status === 'pending_authorization'
  return (
    <header className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        {isPending && secondsLeft === 0 ? (
          <PayoutStatusBadge status="failed" failureReason="expired" />
        ) : (
          <PayoutStatusBadge
            status={payout.status}
            failureReason={payout.failureReason}
            takenBack={view.takenBack}
          />
        )}
        {isPending && secondsLeft > 0 ? <Countdown seconds={secondsLeft} /> : null}
      </div>
      <h1 className="grid gap-1">
        <span className="text-[0.9375rem] font-medium text-ink-muted [overflow-wrap:anywhere]">
          {payout.agentName ?? 'An agent'} {isPending ? 'asks to pay' : 'asked to pay'} for {workspace.name}
        </span>
        <Amount
          value={payout.amount}
          isExact
          className="text-3xl font-semibold tracking-tight"
          unitClassName="text-lg font-medium"
        />
      </h1>
    </header>
  )
}

function Countdown({ seconds }: { seconds: number }) {
  return (
    <span
      role="timer"
      className={cn(
        'figures inline-flex items-center gap-1.5 text-[0.8125rem] font-medium',
        seconds <= HURRY_SECONDS ? 'text-caution' : 'text-ink-muted',
      )}
    >
      <Clock aria-hidden className="size-3.5" />
      <span className="sr-only">Time left to decide: </span>
      {leftWords(seconds)} left
    </span>
  )
}
