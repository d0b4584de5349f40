'use client'

import type { ApprovedLine, ToApproveManyView, VoteOutcome } from '@/domain/approval'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { Badge, type Tone } from '../ui/badge'
import { cn } from '../ui/cn'
import { exactTime } from '../ui/format-time'
import { Notice } from '../ui/notice'
import { ApprovalFunds } from './approval-funds'
import { ApprovalWarnings } from './approval-warnings'
import { leftWords } from './left-words'
import { MetadataText } from './metadata-text'
import { useSecondsLeft } from './use-seconds-left'

const HURRY_SECONDS = 120

type ReviewProps = {
  review: ToApproveManyView
  /** When the server said it, in milliseconds since 1970. */
  readAt: number
  /** What came of each line; null before it was signed. */
  result: readonly ApprovedLine[] | null
}

/** All that one signature approves: each line as its own page would show it, the total, and whether the wallet covers it. */
export function ApproveManyReview({ review, readAt, result }: ReviewProps) {
  const { lines, missing, total, funds, warnings } = review
  return (
    <>
      {missing.length > 0 ? (
        <Notice
          tone="caution"
          title={missing.length === 1 ? 'One is over meanwhile' : `${missing.length} are over meanwhile`}
        >
          Decided by somebody else or expired; the list below is without them.
        </Notice>
      ) : null}
      {lines.length > 0 ? (
        <ol className="divide-y rounded-lg border">
          {lines.map((line, index) => (
            <ReviewLine
              key={line.approvalId}
              line={line}
              position={index + 1}
              readAt={readAt}
              done={result?.find(({ approvalId }) => approvalId === line.approvalId) ?? null}
              isSigned={result !== null}
            />
          ))}
        </ol>
      ) : null}
      <p className="flex items-center justify-between gap-3 font-medium">
        Together
        <Amount value={total} isExact className="text-lg font-semibold" />
      </p>
      {result ? null : (
        <>
          <ApprovalFunds funds={funds} amount={total} label="This list" />
          <TotalWarnings warnings={warnings} />
        </>
      )}
    </>
  )
}

/** The list's own words for what a single payout says too: here some of it may be paid. */
function TotalWarnings({ warnings }: Pick<ToApproveManyView, 'warnings'>) {
  return warnings.map((warning) =>
    warning.code === 'insufficient_funds' ? (
      <Notice key={warning.code} tone="danger" title="The wallet does not cover the whole list">
        <Amount value={warning.available} /> are free, <Amount value={warning.required} /> are needed. Signed
        now, some of these payouts fail for want of USDC, and nothing says which. Fund the payout wallet
        first, or choose fewer.
      </Notice>
    ) : (
      <ApprovalWarnings key={warning.code} warnings={[warning]} />
    ),
  )
}

type ReviewLineProps = {
  line: ToApproveManyView['lines'][number]
  position: number
  readAt: number
  done: ApprovedLine | null
  isSigned: boolean
}

function ReviewLine({ line, position, readAt, done, isSigned }: ReviewLineProps) {
  const { payout, recipientName, requiredApprovals, approvals } = line
  return (
    <li className="grid gap-2 p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="figures text-[0.8125rem] text-ink-muted">
          {position}. {payout.agentName ?? 'An agent'}
        </span>
        <Amount value={payout.amount} isExact className="font-semibold" />
      </div>
      {recipientName ? (
        <p className="font-medium [overflow-wrap:anywhere]">{recipientName}</p>
      ) : (
        <p className="text-[0.8125rem] text-ink-muted">Not in the address book</p>
      )}
      <Address address={payout.toAddress} isFull isPlain />
      {payout.description ? (
        <p className="text-[0.8125rem] whitespace-pre-wrap text-ink-muted [overflow-wrap:anywhere]">
          {payout.description}
        </p>
      ) : null}
      <p className="font-mono text-xs text-ink-muted [overflow-wrap:anywhere]">{payout.payoutId}</p>
      <MetadataText metadata={payout.metadata} className="" />
      {isSigned ? (
        <LineOutcome outcome={done?.outcome ?? 'not_found'} />
      ) : (
        <>
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Ends line={line} readAt={readAt} />
            {requiredApprovals > 1 ? (
              <Badge>
                Needs {requiredApprovals} people
                {approvals > 0 ? `, ${approvals} approved` : ''}
              </Badge>
            ) : null}
          </span>
          <ApprovalWarnings warnings={line.warnings} />
        </>
      )}
    </li>
  )
}

function Ends({ line, readAt }: Pick<ReviewLineProps, 'line' | 'readAt'>) {
  const left = useSecondsLeft({ secondsLeft: line.secondsLeft, readAt })
  return (
    <span
      title={exactTime(new Date(line.payout.expiresAt * 1000))}
      className={cn('figures text-[0.8125rem]', left <= HURRY_SECONDS ? 'text-caution' : 'text-ink-muted')}
    >
      {left === 0 ? 'Its time is over' : `${leftWords(left)} left to decide`}
    </span>
  )
}

const OUTCOMES: Record<VoteOutcome, { tone: Tone; words: string }> = {
  approved: { tone: 'positive', words: 'Approved, it is paid next' },
  waiting: { tone: 'active', words: 'You approved, another person has to' },
  already_voted: { tone: 'active', words: 'You had approved it already' },
  expired: { tone: 'caution', words: 'Its time was over: nothing is sent' },
  decided: { tone: 'caution', words: 'Somebody else had decided already' },
  killed: { tone: 'danger', words: 'All payouts are stopped: not approved' },
  not_authorized: { tone: 'danger', words: 'Your role does not allow it: not approved' },
  not_found: { tone: 'danger', words: 'There is no such payout: not approved' },
}

function LineOutcome({ outcome }: { outcome: VoteOutcome }) {
  const { tone, words } = OUTCOMES[outcome]
  return (
    <p role="status">
      <Badge tone={tone}>{words}</Badge>
    </p>
  )
}
