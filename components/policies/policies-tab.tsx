'use client'

import { useState } from 'react'
import { Amount } from '../money/amount'
import { useMay } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { Button } from '../ui/button'
import { Card, CardBody, CardFooter, CardHeader } from '../ui/card'
import { RelativeTime } from '../ui/relative-time'
import { Skeleton } from '../ui/skeleton'
import { StopPayoutsButton } from './stop-payouts-button'
import { TwoApproversDialog } from './two-approvers-dialog'
import { usePolicy } from './use-policy'

/** What the people of the workspace decided about its payouts. */
export function PoliciesTab() {
  return (
    <div className="grid max-w-3xl gap-5">
      <TwoApproversCard />
      <StopCard />
    </div>
  )
}

function TwoApproversCard() {
  const policy = usePolicy()
  const mayManage = useMay('manage-policies')
  const [isChanging, setIsChanging] = useState(false)
  return (
    <Card aria-busy={policy.isPending}>
      <CardHeader
        title="Two approvers"
        description="From which amount a payout or a mandate needs the signatures of two different people."
      />
      <CardBody className="grid gap-3">
        {policy.data ? (
          <Threshold value={policy.data.twoApproversFrom} />
        ) : policy.isError ? (
          <ProblemState error={policy.error} onRetry={() => policy.refetch()} />
        ) : (
          <Skeleton className="w-48" />
        )}
        <ul className="list-disc pl-5 text-[0.8125rem] text-ink-muted">
          <li>Owners, admins and approvers count, each once.</li>
          <li>Asking for more care takes effect at once, also for what waits already.</li>
          <li>Asking for less care needs an owner’s signature, which is kept as evidence.</li>
        </ul>
      </CardBody>
      {mayManage && policy.data ? (
        <CardFooter>
          <Button onClick={() => setIsChanging(true)}>Change the amount</Button>
        </CardFooter>
      ) : null}
      {isChanging && policy.data ? (
        <TwoApproversDialog current={policy.data.twoApproversFrom} onClose={() => setIsChanging(false)} />
      ) : null}
    </Card>
  )
}

function Threshold({ value }: { value: string | null }) {
  if (value === null) return <p className="text-lg font-medium">Never: one approver is enough</p>
  return (
    <p className="text-lg font-medium">
      From <Amount value={value} />
    </p>
  )
}

function StopCard() {
  const policy = usePolicy()
  const mayStop = useMay('stop-payouts')
  const stopped = policy.data?.stopped
  return (
    <Card className="border-danger/40">
      <CardHeader
        title="Stop all payouts"
        description="For when something is wrong: an agent runs wild, a token has leaked. Owners, admins and approvers can stop; owners resume."
      />
      <CardBody className="grid gap-3">
        <ul className="list-disc pl-5 text-[0.8125rem] text-ink-muted">
          <li>Everything not signed yet ends, and its budget is free again.</li>
          <li>Nothing is created, signed or sent until an owner signs that payouts go on.</li>
          <li>What is on its way to the chain already may still be paid.</li>
        </ul>
        {stopped ? (
          <p>
            Stopped since <RelativeTime at={stopped.at} />. Resume from the notice above.
          </p>
        ) : mayStop ? (
          <div>
            <StopPayoutsButton />
          </div>
        ) : null}
      </CardBody>
    </Card>
  )
}
