'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { workspaceHref } from '../shell/nav-items'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Card, CardHeader } from '../ui/card'
import { Skeleton } from '../ui/skeleton'
import { ApprovalLine } from './approval-line'
import { INBOX_MILLISECONDS, WAITING_LINES } from './approvals-paging'

/** The most urgent decisions of this person, and the way to all of the workspace. */
export function WaitingLines({ count }: { count: number }) {
  const trpc = useTRPC()
  const { id: workspaceId, slug } = useWorkspace()
  const waiting = useQuery(
    trpc.approvals.list.queryOptions(
      { workspaceId, ...WAITING_LINES },
      { refetchInterval: INBOX_MILLISECONDS },
    ),
  )
  return (
    <Card aria-labelledby="waiting-title">
      <CardHeader
        id="waiting-title"
        title="Waiting for you"
        description={
          count === 1 ? 'One payout waits for your decision.' : `${count} payouts wait for your decision.`
        }
        actions={
          <Link
            href={workspaceHref(slug, '/payouts?tab=waiting')}
            className="rounded-sm text-[0.8125rem] font-medium text-accent-ink underline-offset-4 hover:underline"
          >
            See all
          </Link>
        }
      />
      <StaleNotice query={waiting} className="mx-5 mb-4" />
      {waiting.isError && !waiting.data ? (
        <ProblemState error={waiting.error} onRetry={() => waiting.refetch()} className="mx-5 mb-5" />
      ) : waiting.data ? (
        <ul className="divide-y border-t">
          {waiting.data.items.map((line) => (
            <ApprovalLine key={line.approvalId} line={line} readAt={waiting.dataUpdatedAt} />
          ))}
        </ul>
      ) : (
        <Skeleton className="mx-5 mb-5 h-14" />
      )}
    </Card>
  )
}
