'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { Inbox, SearchX } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useQueryStates } from 'nuqs'
import { useId, useMemo, useState } from 'react'
import type { PendingApproval } from '@/domain/approval'
import { LoadMore } from '../activity/load-more'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { Checkbox } from '../ui/checkbox'
import { EmptyState } from '../ui/empty-state'
import { Skeleton } from '../ui/skeleton'
import { ApprovalLine } from './approval-line'
import { approvalsPaging, INBOX_MILLISECONDS, INBOX_ROWS } from './approvals-paging'
import { InboxFilters, inboxParsers } from './inbox-filters'
import { MAX_TOGETHER, useChosen } from './use-chosen'

const loadMany = () => import('./approve-many-dialog').then(({ ApproveManyDialog }) => ApproveManyDialog)
// What the server takes at most; the address may hold anything.
const MAX_ID = 128
const ApproveManyDialog = dynamic(loadMany, { ssr: false })

/** The payouts of the workspace that wait for a person, the most urgent first; several are approved with one signature. */
export function ApprovalsInbox() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const [{ whose, agent }, setFilter] = useQueryStates(inboxParsers)
  const clear = () => void setFilter({ whose: null, agent: null })
  const inbox = useInfiniteQuery(
    trpc.approvals.list.infiniteQueryOptions(
      {
        workspaceId,
        limit: INBOX_ROWS,
        isForMe: whose === 'me',
        ...(agent ? { agentId: agent.slice(0, MAX_ID) } : {}),
      },
      { ...approvalsPaging, refetchInterval: INBOX_MILLISECONDS },
    ),
  )
  const [reviewed, setReviewed] = useState<readonly string[] | null>(null)
  const rows = useMemo(() => inbox.data?.pages.flatMap(({ items }) => items) ?? [], [inbox.data])
  const chosen = useChosen(rows)
  const { selected } = chosen
  return (
    <Card aria-busy={inbox.isPending} aria-labelledby="approvals-title">
      <CardHeader
        id="approvals-title"
        title="Waiting for a decision"
        description="The most urgent first. Undecided, each ends by itself and nothing is sent."
        actions={
          selected.length > 0 ? (
            <Button
              variant="primary"
              onPointerEnter={() => void loadMany()}
              onClick={() => setReviewed(selected)}
            >
              {selected.length === 1 ? 'Approve 1' : `Approve ${selected.length} together`}
            </Button>
          ) : undefined
        }
      />
      <InboxFilters whose={whose} agent={agent} onChange={(change) => void setFilter(change)} />
      <StaleNotice query={inbox} className="mx-5 mb-4" />
      {inbox.isError && !inbox.data ? (
        <ProblemState error={inbox.error} onRetry={() => inbox.refetch()} className="mx-5 mb-5" />
      ) : inbox.isPending ? (
        <LoadingLines />
      ) : (
        <InboxLines
          rows={rows}
          readAt={inbox.dataUpdatedAt}
          chosen={chosen}
          onClear={whose || agent ? clear : undefined}
        />
      )}
      {inbox.hasNextPage ? (
        <LoadMore
          isLoading={inbox.isFetchingNextPage}
          isError={inbox.isFetchNextPageError}
          onLoad={() => void inbox.fetchNextPage()}
        />
      ) : null}
      {reviewed ? (
        <ApproveManyDialog
          approvalIds={reviewed}
          onClose={() => {
            setReviewed(null)
            chosen.clear()
          }}
        />
      ) : null}
    </Card>
  )
}

type InboxLinesProps = {
  rows: readonly PendingApproval[]
  readAt: number
  chosen: ReturnType<typeof useChosen>
  /** Set while a filter hides something. */
  onClear: (() => void) | undefined
}

function InboxLines({ rows, readAt, chosen, onClear }: InboxLinesProps) {
  const mayApprove = useMay('approve')
  const allId = useId()
  if (rows.length === 0 && onClear) {
    return (
      <EmptyState
        icon={SearchX}
        title="Nothing like this waits"
        className="border-t"
        action={<Button onClick={onClear}>Show all that waits</Button>}
      />
    )
  }
  if (rows.length === 0) {
    return (
      <EmptyState icon={Inbox} title="Nothing waits for a decision">
        When an agent asks for a payout without a mandate that covers it, it stands here until somebody
        decides.
      </EmptyState>
    )
  }
  return (
    <>
      {mayApprove && chosen.openCount > 1 ? (
        <div className="flex items-center gap-3 border-t px-5 py-2.5">
          <Checkbox id={allId} checked={chosen.state} onCheckedChange={chosen.chooseAll} />
          <label htmlFor={allId} className="text-[0.8125rem] text-ink-muted">
            {chosen.openCount > MAX_TOGETHER ? `The ${MAX_TOGETHER} most urgent` : 'All'}
          </label>
        </div>
      ) : null}
      <ul className="divide-y border-t" aria-label="Payouts that wait for a decision">
        {rows.map((line) => (
          <ApprovalLine
            key={line.approvalId}
            line={line}
            readAt={readAt}
            isChosen={chosen.isChosen(line.approvalId)}
            onChoose={mayApprove && !line.hasMyApproval ? (is) => chosen.choose(line.approvalId, is) : null}
          />
        ))}
      </ul>
    </>
  )
}

function LoadingLines() {
  return (
    <div className="grid gap-3 px-5 pb-5">
      <Skeleton className="h-14 w-full" />
      <Skeleton className="h-14 w-full" />
      <Skeleton className="h-14 w-full" />
    </div>
  )
}
