'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { parseAddress } from '@/domain/address'
import type { AuditEntryView } from '@/domain/audit'
import { LoadMore } from '../activity/load-more'
import { ownPartName } from '../address/actor'
import { Address } from '../address/address'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Card, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'
import { Skeleton } from '../ui/skeleton'
import { auditSentence, hasAddressTarget } from './audit-sentence'

const PAGE_SIZE = 50

/** Every human act in the workspace, newest first. Nobody can change or remove an entry. */
export function AuditTab() {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const { id } = useWorkspace()
  const audit = useInfiniteQuery({
    // tRPC's own infinite options add a `direction` to the input, which the strict schema refuses.
    queryKey: [...trpc.workspaces.audit.queryKey({ workspaceId: id }), 'pages'],
    queryFn: ({ pageParam }) =>
      client.workspaces.audit.query({
        workspaceId: id,
        limit: PAGE_SIZE,
        ...(pageParam && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  const entries = audit.data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <Card aria-busy={audit.isPending}>
      <CardHeader
        title="Audit log"
        description="Every act of a person here, newest first. Entries cannot be changed."
      />
      <StaleNotice query={audit} className="mx-5 mb-4" />
      {audit.isError && !audit.data ? (
        <ProblemState error={audit.error} onRetry={() => audit.refetch()} className="mx-5 mb-5" />
      ) : audit.isPending ? (
        <AuditSkeleton />
      ) : entries.length === 0 ? (
        <EmptyState icon={History} title="Nothing was done yet">
          The first invitation or change appears here.
        </EmptyState>
      ) : (
        <ol className="border-t">
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {audit.hasNextPage ? (
        <LoadMore
          isLoading={audit.isFetchingNextPage}
          isError={audit.isFetchNextPageError}
          onLoad={() => void audit.fetchNextPage()}
        />
      ) : null}
    </Card>
  )
}

function AuditRow({ entry }: { entry: AuditEntryView }) {
  const isPerson = parseAddress(entry.actor) !== null
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b px-5 py-3 last:border-b-0">
      {isPerson ? (
        <Address address={entry.actor} isPlain />
      ) : (
        <span className="font-medium">{ownPartName(entry.actor)}</span>
      )}
      <span className="text-ink-muted">{auditSentence(entry)}</span>
      {hasAddressTarget(entry) && entry.target ? <Address address={entry.target} isPlain /> : null}
      <RelativeTime at={entry.createdAt} className="ml-auto text-[0.8125rem] text-ink-faint" />
    </li>
  )
}

function AuditSkeleton() {
  return (
    <div className="grid gap-4 border-t px-5 py-4">
      <Skeleton className="w-2/3" />
      <Skeleton className="w-1/2" />
      <Skeleton className="w-3/5" />
    </div>
  )
}
