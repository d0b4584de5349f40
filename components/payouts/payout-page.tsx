'use client'

import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import type { PayoutDetailView } from '@/domain/payout-console'
import { isTimedOut } from '@/domain/payout-status'
import { workspaceHref } from '../shell/nav-items'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC } from '../trpc/trpc'
import { Skeleton } from '../ui/skeleton'
import { PayoutAbout } from './payout-about'
import { PayoutDeliveries } from './payout-deliveries'
import { PayoutEvidence } from './payout-evidence'
import { PayoutFailure } from './payout-failure'
import { PayoutSummary } from './payout-summary'
import { PayoutTakenBack } from './payout-taken-back'
import { PayoutTimeline } from './payout-timeline'
import { PayoutTransactions } from './payout-transactions'
import { ReconcileCard } from './reconcile-card'

const OPEN_MILLISECONDS = 3000
// A confirmed payout is watched until its block is final; its webhooks may still be under way.
const QUIET_MILLISECONDS = 15_000

/** One payout with all that is known of it; it moves by itself while it is open. */
export function PayoutPage({ id }: { id: string }) {
  const trpc = useTRPC()
  const { id: workspaceId, slug } = useWorkspace()
  const payout = useQuery(
    trpc.payouts.get.queryOptions(
      { workspaceId, id },
      {
        refetchInterval: ({ state }) =>
          state.data && isQuiet(state.data) ? QUIET_MILLISECONDS : OPEN_MILLISECONDS,
      },
    ),
  )
  return (
    <div className="grid gap-5">
      <Link
        href={workspaceHref(slug, '/payouts')}
        className="inline-flex w-fit items-center gap-1.5 rounded-sm text-[0.8125rem] text-ink-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4" />
        All payouts
      </Link>
      {payout.data ? (
        <PayoutParts payout={payout.data} isOld={payout.isError} />
      ) : payout.isError ? (
        <ProblemState error={payout.error} onRetry={() => payout.refetch()} />
      ) : (
        <PayoutSkeleton />
      )}
    </div>
  )
}

function isQuiet({ isFinal, takenBack }: PayoutDetailView): boolean {
  return isFinal && takenBack === null
}

function PayoutParts({ payout, isOld }: { payout: PayoutDetailView; isOld: boolean }) {
  const { status, failureReason, takenBack } = payout
  return (
    <>
      <PayoutSummary payout={payout} isOld={isOld} />
      {takenBack ? (
        <PayoutTakenBack payout={{ status, failureReason, takenBack }} />
      ) : isTimedOut(status, failureReason) ? (
        <ReconcileCard payout={payout} />
      ) : status === 'failed' && failureReason ? (
        <PayoutFailure reason={failureReason} kind={payout.kind} />
      ) : null}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <PayoutTimeline payout={payout} />
        <div className="grid min-w-0 gap-5">
          <PayoutAbout payout={payout} />
          <PayoutTransactions payout={payout} />
        </div>
      </div>
      <PayoutEvidence payout={payout} />
      <PayoutDeliveries payout={payout} />
    </>
  )
}

function PayoutSkeleton() {
  return (
    <div className="grid gap-5" aria-busy>
      <div className="grid gap-4 rounded-lg border bg-surface p-5">
        <Skeleton className="h-8 w-48" />
        <Skeleton className="w-full max-w-96" />
        <Skeleton className="w-40" />
      </div>
      <Skeleton className="h-64 w-full" />
    </div>
  )
}
