'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { ReceiptText, Undo2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import type { EntryView } from '@/domain/balance'
import { LoadMore } from '../activity/load-more'
import { LocalTime } from '../activity/local-time'
import { TxLink } from '../address/tx-link'
import { Amount } from '../money/amount'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { CopyButton } from '../ui/copy-button'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { ExportCsv } from '../ui/export-csv'
import { ENTRIES_PAGE, entriesCsvHref, entriesPaging, topUpHref } from './balance-params'
import { entryWords } from './entry-words'

const RefundDialog = dynamic(() => import('./refund-dialog').then(({ RefundDialog }) => RefundDialog), {
  ssr: false,
})

/** Every entry of the agent's ledger, newest first, with its cause and what was left after it. */
export function EntriesCard({ agentId }: { agentId: string }) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayRefund = useMay('refund-charges')
  const [asked, setAsked] = useState<EntryView | null>(null)
  const input = { workspaceId, agentId, limit: ENTRIES_PAGE }
  const entries = useInfiniteQuery(trpc.balance.entries.infiniteQueryOptions(input, entriesPaging))
  const rows = useMemo(() => entries.data?.pages.flatMap((page) => page.entries) ?? [], [entries.data])
  const columns = useMemo(() => columnsFor(mayRefund ? setAsked : null), [mayRefund])
  return (
    <Card aria-labelledby="entries-heading" aria-busy={entries.isPending}>
      <CardHeader
        id="entries-heading"
        title="Entries"
        description="All of them add up to the balance. None can be changed or removed."
        actions={<ExportCsv href={entriesCsvHref(workspaceId, agentId)} />}
      />
      <StaleNotice query={entries} className="mx-5 mb-4" />
      {entries.isError && !entries.data ? (
        <ProblemState error={entries.error} onRetry={() => entries.refetch()} className="mx-5 mb-5" />
      ) : (
        <DataTable
          caption="Entries"
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          isLoading={entries.isPending}
          empty={<NoEntries agentId={agentId} />}
        />
      )}
      {entries.hasNextPage ? (
        <LoadMore
          isLoading={entries.isFetchingNextPage}
          isError={entries.isFetchNextPageError}
          onLoad={() => void entries.fetchNextPage()}
        />
      ) : null}
      {asked ? <RefundDialog entry={asked} onClose={() => setAsked(null)} /> : null}
    </Card>
  )
}

function NoEntries({ agentId }: { agentId: string }) {
  return (
    <EmptyState
      icon={ReceiptText}
      title="Nothing yet"
      className="border-t"
      action={
        <Button asChild variant="primary">
          <a href={topUpHref(agentId)}>Top up this agent</a>
        </Button>
      }
    >
      The first top-up and every charge after it appear here.
    </EmptyState>
  )
}

function columnsFor(onRefund: ((entry: EntryView) => void) | null): ColumnDef<EntryView>[] {
  return [
    { id: 'entry', header: 'Entry', cell: ({ row: { original } }) => <EntryCell entry={original} /> },
    {
      id: 'when',
      header: 'When',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row: { original } }) => (
        <LocalTime at={original.createdAt} className="figures whitespace-nowrap text-ink-muted" />
      ),
    },
    {
      id: 'link',
      header: 'Transaction or charge',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <LinkCell entry={original} />,
    },
    {
      id: 'amount',
      header: 'Amount',
      meta: { align: 'right' } satisfies ColumnMeta,
      cell: ({ row: { original } }) => <AmountCell entry={original} />,
    },
    {
      id: 'after',
      header: 'Balance after',
      meta: { align: 'right', isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row: { original } }) => (
        <Amount value={original.balanceAfter} className="text-ink-muted" isUnitHidden />
      ),
    },
    ...(onRefund ? [refundColumn(onRefund)] : []),
  ]
}

function refundColumn(onRefund: (entry: EntryView) => void): ColumnDef<EntryView> {
  return {
    id: 'refund',
    header: () => <span className="sr-only">Give back</span>,
    meta: { align: 'right', className: 'w-12' } satisfies ColumnMeta,
    cell: ({ row: { original } }) =>
      original.kind === 'charge' && original.charge?.isOwn && original.charge.refundedAt === null ? (
        <Button
          variant="ghost"
          size="icon"
          aria-label={`Give back ${entryWords(original).meaning}`}
          onClick={() => onRefund(original)}
        >
          <Undo2 aria-hidden />
        </Button>
      ) : null,
  }
}

function EntryCell({ entry }: { entry: EntryView }) {
  const { title, meaning } = entryWords(entry)
  const refundedAt = entry.kind === 'charge' ? entry.charge?.refundedAt : null
  return (
    <div className="grid min-w-0 gap-0.5">
      <span className="flex flex-wrap items-center gap-2 font-medium">
        {title}
        {refundedAt ? <Badge hint={entry.charge?.refundReason ?? undefined}>Given back</Badge> : null}
      </span>
      <span className="max-w-[16rem] truncate text-[0.8125rem] text-ink-muted" title={meaning}>
        {meaning}
      </span>
      <span className="flex items-center gap-2 text-[0.8125rem] text-ink-muted sm:hidden">
        <LocalTime at={entry.createdAt} className="figures" />
        {entry.txHash ? <TxLink hash={entry.txHash} label="See it" /> : null}
      </span>
    </div>
  )
}

function LinkCell({ entry }: { entry: EntryView }) {
  if (entry.txHash) return <TxLink hash={entry.txHash} />
  if (!entry.charge) return <span className="text-ink-faint">–</span>
  const short = entry.charge.id.slice(0, 8)
  return (
    <span className="inline-flex items-center gap-0.5 font-mono text-[0.8125rem]">
      <span title={entry.charge.id}>{short}</span>
      <CopyButton value={entry.charge.id} what={`charge id ${short}`} className="size-7 [&_svg]:size-3.5" />
    </span>
  )
}

function AmountCell({ entry }: { entry: EntryView }) {
  const signed = entry.direction === 'in' ? BigInt(entry.amount) : -BigInt(entry.amount)
  return <Amount value={signed} isSigned className={entry.direction === 'in' ? 'text-positive' : undefined} />
}
