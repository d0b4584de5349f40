'use client'

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import type { ToApproveView } from '@/domain/approval'
import { Address } from '../address/address'
import type { CurrentPerson } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Card, CardBody } from '../ui/card'
import { ErrorState } from '../ui/error-state'
import { Skeleton } from '../ui/skeleton'
import { ApprovalDecision } from './approval-decision'
import { ApprovalFacts } from './approval-facts'
import { ApprovalHeader } from './approval-header'
import { ApprovalOutcome } from './approval-outcome'
import { isOpen } from './approval-stage'
import { ApprovalWarnings } from './approval-warnings'
import { useSecondsLeft } from './use-seconds-left'

// Only who opened the link with another account needs to sign in here.
const SignInCard = dynamic(() => import('../auth/sign-in-card').then(({ SignInCard }) => SignInCard), {
  ssr: false,
})

const PENDING_MILLISECONDS = 5_000
const MOVING_MILLISECONDS = 2_000
const WATCHED_MILLISECONDS = 15_000

type ApprovalScreenProps = { approvalId: string; person: CurrentPerson }

/** One payout to decide about, on a phone first; after the decision, where the payout stands until it is paid. */
export function ApprovalScreen({ approvalId, person }: ApprovalScreenProps) {
  const trpc = useTRPC()
  const shown = useQuery(
    trpc.payouts.toApprove.queryOptions(
      { approvalId },
      { refetchInterval: ({ state }) => pauseOf(state.data), refetchIntervalInBackground: false },
    ),
  )
  const problem = shown.isError ? readProblem(shown.error) : null
  if (problem && (problem.code === 'not_found' || problem.code === 'invalid_request')) {
    return <NoApproval person={person} />
  }
  if (problem && !shown.data) return <ProblemState error={shown.error} onRetry={() => shown.refetch()} />
  if (!shown.data) return <Loading />
  return <Shown view={shown.data} readAt={shown.dataUpdatedAt} isStale={shown.isError} />
}

function pauseOf(view: ToApproveView | undefined): number | false {
  if (!view || view.payout.status === 'pending_authorization') return PENDING_MILLISECONDS
  if (view.isSettled) return false
  // Paid, and watched until a final block has it: a reorganisation may still take it back.
  return view.payout.isFinal && view.takenBack === null ? WATCHED_MILLISECONDS : MOVING_MILLISECONDS
}

function Shown({ view, readAt, isStale }: { view: ToApproveView; readAt: number; isStale: boolean }) {
  const secondsLeft = useSecondsLeft({ secondsLeft: view.secondsLeft, readAt })
  const isDecidable = isOpen(view, secondsLeft)
  return (
    <div className="grid gap-4">
      <ApprovalHeader view={view} secondsLeft={secondsLeft} />
      <ApprovalOutcome view={view} isExpired={secondsLeft === 0} />
      {isDecidable ? <ApprovalWarnings warnings={view.warnings} /> : null}
      <ApprovalFacts view={view} />
      {isStale ? (
        <p role="status" className="text-[0.8125rem] text-caution">
          The console does not answer just now: what is shown may have changed.
        </p>
      ) : null}
      <Link
        href={`/w/${view.workspace.slug}/payouts`}
        className="w-fit rounded-sm text-[0.8125rem] font-medium text-accent-ink underline-offset-4 hover:underline"
      >
        All payouts of {view.workspace.name}
      </Link>
      {isDecidable ? <ApprovalDecision view={view} /> : null}
    </div>
  )
}

function NoApproval({ person }: { person: CurrentPerson }) {
  return (
    <div className="grid gap-4">
      <Card>
        <CardBody className="pt-5">
          <h1 className="sr-only">No payout to decide about</h1>
          <ErrorState title="There is nothing to decide here" money="No money moved.">
            The link is wrong, or its workspace is not one of yours. You are signed in as{' '}
            <Address address={person.address} isPlain />. If another wallet is a member, sign in with it: you
            come back to this page.
          </ErrorState>
        </CardBody>
      </Card>
      <SignInCard />
    </div>
  )
}

function Loading() {
  return (
    <Card aria-busy="true" className="grid gap-4 p-5">
      <h1 className="sr-only">A payout waits for a decision</h1>
      <Skeleton className="h-9 w-48" />
      <Skeleton className="h-16 w-full" />
      <Skeleton className="h-24 w-full" />
      <Skeleton className="h-11 w-full" />
    </Card>
  )
}
