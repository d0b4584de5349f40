'use client'

import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import type { PendingApproval } from '@/domain/approval'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { Badge } from '../ui/badge'
import { Checkbox } from '../ui/checkbox'
import { leftWords } from './left-words'
import { useSecondsLeft } from './use-seconds-left'

type ApprovalLineProps = {
  line: PendingApproval
  /** When the server said it, in milliseconds since 1970. */
  readAt: number
  isChosen?: boolean
  /** Null where it cannot be approved together with others. */
  onChoose?: ((isChosen: boolean) => void) | null
}

/** One payout that waits: amount, recipient, who asks for what, and how long there is to decide. Opens its page. */
export function ApprovalLine({ line, readAt, isChosen = false, onChoose = null }: ApprovalLineProps) {
  const { approvalId, payout, recipientName } = line
  const secondsLeft = useSecondsLeft({ secondsLeft: line.secondsLeft, readAt })
  return (
    <li className="flex items-center gap-3 px-5 py-3">
      {onChoose ? (
        <Checkbox
          aria-label={`Choose the payout ${payout.payoutId}`}
          checked={isChosen}
          onCheckedChange={(is) => onChoose(is === true)}
        />
      ) : null}
      <Link
        href={`/authorize-payout/${approvalId}`}
        prefetch={false}
        className="group grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 rounded-md sm:grid-cols-[auto_minmax(0,1fr)_auto]"
      >
        <Amount value={payout.amount} className="text-[0.9375rem] font-semibold" />
        {/* On a phone the recipient has a line of its own, below amount and time. */}
        <Address
          address={payout.toAddress}
          name={recipientName}
          isPlain
          size="sm"
          className="max-sm:order-1 max-sm:col-span-2"
        />
        <span className="figures inline-flex items-center gap-1 text-[0.8125rem] text-ink-muted">
          {secondsLeft === 0 ? 'Over' : `${leftWords(secondsLeft)} left`}
          <ChevronRight aria-hidden className="size-4 text-ink-faint group-hover:text-ink" />
        </span>
        <span className="col-span-2 flex min-w-0 flex-wrap max-sm:order-2 sm:col-span-3 items-center gap-x-2 gap-y-1 text-[0.8125rem] text-ink-muted">
          <span className="min-w-0 truncate">
            {payout.agentName ?? 'An agent'}
            {payout.description ? `: ${payout.description}` : ''}
          </span>
          <Marks line={line} />
        </span>
      </Link>
    </li>
  )
}

function Marks({ line }: { line: PendingApproval }) {
  return (
    <>
      {line.isFirstTime ? <Badge tone="caution">First payout to it</Badge> : null}
      {line.hasMyApproval ? (
        <Badge tone="active">You approved, waiting for another</Badge>
      ) : line.requiredApprovals > 1 ? (
        <Badge>
          {line.approvals} of {line.requiredApprovals} approved
        </Badge>
      ) : null}
    </>
  )
}
