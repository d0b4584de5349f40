'use client'

import { Bot, Cog, UserRound } from 'lucide-react'
import type { PayoutDetailView, PayoutTransitionView } from '@/domain/payout-console'
import { LocalTime } from '../activity/local-time'
import { ownPartName } from '../address/actor'
import { Address } from '../address/address'
import { Card, CardBody, CardHeader } from '../ui/card'
import { cn } from '../ui/cn'
import { transitionWords } from './payout-words'

/** Every status the payout had: when, by whom, why. None can be changed. */
export function PayoutTimeline({ payout }: { payout: PayoutDetailView }) {
  // One person's decision stands in the timeline already; of several, each is named.
  const isByTwo = (payout.approval?.requiredApprovals ?? 1) > 1
  const votes = isByTwo ? (payout.approval?.votes ?? []) : []
  return (
    <Card aria-labelledby="timeline-heading">
      <CardHeader
        id="timeline-heading"
        title="Timeline"
        description="Every status it had. None can be changed."
      />
      <CardBody className="grid gap-4">
        <ol className="grid">
          {payout.transitions.map((step, index) => (
            <TimelineStep
              key={step.stateVersion}
              step={step}
              kind={payout.kind}
              isLast={index === payout.transitions.length - 1}
            />
          ))}
        </ol>
        {payout.approval && !payout.approval.isByMandate && payout.approval.requiredApprovals > 1 ? (
          <p className="text-[0.8125rem] text-ink-muted">
            <span className="figures">
              {votes.filter(({ isApproved }) => isApproved).length} of {payout.approval.requiredApprovals}
            </span>{' '}
            approvals.
          </p>
        ) : null}
        {votes.length > 0 ? (
          <ul className="grid gap-2 border-t pt-3" aria-label="Who decided">
            {votes.map((vote) => (
              <li key={vote.address} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem]">
                <Address address={vote.address} isPlain size="sm" />
                {vote.isApproved ? 'approved' : 'denied'}
                {vote.note ? <span className="min-w-0 break-words text-ink-muted">“{vote.note}”</span> : null}
                <LocalTime at={vote.at} className="figures ml-auto text-ink-muted" />
              </li>
            ))}
          </ul>
        ) : null}
      </CardBody>
    </Card>
  )
}

type TimelineStepProps = { step: PayoutTransitionView; kind: PayoutDetailView['kind']; isLast: boolean }

function TimelineStep({ step, kind, isLast }: TimelineStepProps) {
  return (
    <li className="grid grid-cols-[1rem_1fr] gap-x-3">
      <span aria-hidden className="flex flex-col items-center pt-1.5">
        <span className={cn('size-2.5 rounded-full', isLast ? 'bg-accent' : 'bg-line-strong')} />
        {isLast ? null : <span className="mt-1 w-px flex-1 bg-line" />}
      </span>
      <div className={cn('grid gap-0.5', isLast ? undefined : 'pb-4')}>
        <p className="font-medium">{transitionWords(step, kind)}</p>
        {step.note ? <p className="min-w-0 break-words text-ink-muted">“{step.note}”</p> : null}
        <p className="flex flex-wrap items-center gap-x-2 text-[0.8125rem] text-ink-muted">
          <Actor step={step} />
          <LocalTime at={step.at} className="figures" />
        </p>
      </div>
    </li>
  )
}

function Actor({ step: { actor, actorName } }: { step: PayoutTransitionView }) {
  if (/^0x[0-9a-fA-F]{40}$/.test(actor)) {
    return (
      <span className="inline-flex items-center gap-1.5">
        <UserRound aria-hidden className="size-3.5" />
        <Address address={actor} isPlain size="sm" />
      </span>
    )
  }
  const ownPart = ownPartName(actor)
  const Icon = ownPart === actor ? Bot : Cog
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <span className="max-w-48 truncate" title={actor}>
        {actorName ?? ownPart}
      </span>
    </span>
  )
}
