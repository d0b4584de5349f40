'use client'

import { History, SearchX } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { workspaceHref } from '../shell/nav-items'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { cn } from '../ui/cn'
import { EmptyState } from '../ui/empty-state'
import { ExportCsv } from '../ui/export-csv'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'
import { ActivityItem, ROW_COLUMNS } from './activity-item'
import { chosenKinds, csvHref, FULL_PAGE_ROWS, kindsParser, RECENT_ROWS } from './activity-params'
import { ActivitySkeleton } from './activity-skeleton'
import { LoadMore } from './load-more'
import type { ActivityRow } from './merge-activity'
import { useActivity } from './use-activity'

// Only the whole list has a filter.
const KindsFilter = dynamic(() => import('./kinds-filter').then(({ KindsFilter }) => KindsFilter))
const ActivityDetails = dynamic(
  () => import('./activity-details').then(({ ActivityDetails }) => ActivityDetails),
  {
    ssr: false,
  },
)

type ActivityListProps = {
  workspaceId: string
  walletAddress: string
  /** `recent`: the newest few for an overview. `full`: filter, CSV and all older pages. */
  mode: 'recent' | 'full'
}

/** What moved the pool: pending events on top, then the ledger, live with every block. */
export function ActivityList({ workspaceId, walletAddress, mode }: ActivityListProps) {
  const isFull = mode === 'full'
  const [inAddress, setKinds] = useQueryState('kinds', kindsParser)
  const kinds = useMemo(() => (isFull ? chosenKinds(inAddress) : undefined), [isFull, inAddress])
  const activity = useActivity({ workspaceId, kinds, limit: isFull ? FULL_PAGE_ROWS : RECENT_ROWS })
  const { slug } = useWorkspace()
  return (
    <Card aria-labelledby="activity-heading" aria-busy={activity.ledger.isPending} className="@container">
      <CardHeader
        id="activity-heading"
        title={isFull ? 'Events' : 'Recent activity'}
        description={
          isFull ? 'Final events stay as they are; what is still being confirmed stands on top.' : undefined
        }
        actions={
          isFull ? (
            <ExportCsv href={csvHref(workspaceId, kinds)} />
          ) : (
            <Button asChild size="sm" variant="ghost">
              <Link href={workspaceHref(slug, '/activity')}>All activity</Link>
            </Button>
          )
        }
      />
      {isFull ? (
        <div className="px-5 pb-4">
          <KindsFilter kinds={kinds ?? []} onChange={(next) => void setKinds(next.length ? next : null)} />
        </div>
      ) : null}
      <ActivityBody
        activity={activity}
        isFull={isFull}
        walletAddress={walletAddress}
        onShowAll={kinds ? () => void setKinds(null) : undefined}
      />
    </Card>
  )
}

type ActivityBodyProps = {
  activity: ReturnType<typeof useActivity>
  isFull: boolean
  walletAddress: string
  /** Set while a filter hides something. */
  onShowAll: (() => void) | undefined
}

function ActivityBody({ activity, isFull, walletAddress, onShowAll }: ActivityBodyProps) {
  const { rows, ledger, isOld } = activity
  const [opened, setOpened] = useState<{ row: ActivityRow; opener: HTMLElement } | null>(null)
  const [wasOpened, setWasOpened] = useState(false)
  const open = (row: ActivityRow, opener: HTMLElement) => {
    setOpened({ row, opener })
    setWasOpened(true)
  }
  if (ledger.isError && !ledger.data)
    return <ProblemState error={ledger.error} onRetry={() => ledger.refetch()} className="mx-5 mb-5" />
  if (ledger.isPending) return <ActivitySkeleton rows={isFull ? 8 : RECENT_ROWS} />
  if (rows.length === 0) return <NothingYet isFull={isFull} onShowAll={onShowAll} />
  const shown = isFull ? rows : rows.slice(0, RECENT_ROWS)
  // An open event goes on counting its confirmations.
  const current = opened && (rows.find(({ key }) => key === opened.row.key) ?? opened.row)
  const confirming = rows.filter((row) => row.confirming).length
  return (
    <>
      {isOld ? <OldNotice readAt={ledger.dataUpdatedAt} /> : null}
      <p role="status" className="sr-only">
        {confirming > 0
          ? `${confirming} ${confirming === 1 ? 'event is' : 'events are'} being confirmed`
          : ''}
      </p>
      <ColumnHeads />
      <ol aria-labelledby="activity-heading" className="border-t">
        {shown.map((row) => (
          <ActivityItem key={row.key} row={row} onOpen={open} />
        ))}
      </ol>
      {isFull && ledger.hasNextPage ? (
        <LoadMore
          isLoading={ledger.isFetchingNextPage}
          isError={ledger.isFetchNextPageError}
          onLoad={() => void ledger.fetchNextPage()}
        />
      ) : null}
      {wasOpened ? (
        <ActivityDetails
          row={current}
          opener={opened?.opener ?? null}
          walletAddress={walletAddress}
          onClose={() => setOpened(null)}
        />
      ) : null}
    </>
  )
}

// Each row says what its parts are; the heads are for eyes that run down a column.
function ColumnHeads() {
  return (
    <div
      aria-hidden
      className={cn(
        'hidden h-9 items-center border-t bg-sunken/60 px-5 text-xs font-medium text-ink-muted @3xl:grid',
        ROW_COLUMNS,
      )}
    >
      <span className="col-span-2">Event</span>
      <span>When</span>
      <span>Transaction</span>
      <span className="justify-self-end">Amount</span>
    </div>
  )
}

function OldNotice({ readAt }: { readAt: number }) {
  return (
    <Notice tone="caution" title="This list may be old" className="mx-5 mb-4">
      The console did not answer the last time it was asked. Shown is what was read{' '}
      <RelativeTime at={new Date(readAt)} />; it tries again by itself.
    </Notice>
  )
}

function NothingYet({ isFull, onShowAll }: { isFull: boolean; onShowAll: (() => void) | undefined }) {
  const { slug } = useWorkspace()
  if (onShowAll) {
    return (
      <EmptyState
        icon={SearchX}
        title="No event of these kinds"
        action={<Button onClick={onShowAll}>Show all kinds</Button>}
        className="border-t"
      >
        The filter hides everything that is there.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={History}
      title="Nothing yet"
      className="border-t"
      action={
        isFull ? (
          <Button asChild variant="primary">
            <Link href={workspaceHref(slug, '')}>Go to the wallet to top up</Link>
          </Button>
        ) : undefined
      }
    >
      Top up the pool: the deposit appears here with its first block.
    </EmptyState>
  )
}
