'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus, ScrollText } from 'lucide-react'
import dynamic from 'next/dynamic'
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs'
import { useCallback, useMemo, useState } from 'react'
import { MANDATE_STATUSES, type MandateRowView } from '@/domain/mandate'
import { LoadMore } from '../activity/load-more'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { ExportCsv } from '../ui/export-csv'
import { Select } from '../ui/select'
import { AskSnippet } from './ask-snippet'
import { MANDATES_PAGE_ROWS, mandatesPaging } from './mandates-paging'
import { MandatesTable } from './mandates-table'

// Budgets move when agents pay, which no act of this page announces.
const REFRESH_MILLISECONDS = 10_000

const MandateSheet = dynamic(() => import('./mandate-sheet').then((module) => module.MandateSheet))
const DrawUpDialog = dynamic(() => import('./draw-up-dialog').then((module) => module.DrawUpDialog))

const FILTERS = [
  { value: 'all', label: 'All' },
  { value: 'pending_signature', label: 'Waiting for a signature' },
  { value: 'signed', label: 'Signed' },
  { value: 'revoked', label: 'Revoked' },
  { value: 'expired', label: 'Ended' },
] as const
// Made once: a parser of every render's own would make everything that depends on it new with each.
const openParser = parseAsString.withOptions({ history: 'push' })
const statusParser = parseAsStringLiteral(MANDATE_STATUSES)

/** The mandates of the workspace: how much of each is used, and for approvers every act. */
export function MandatesPanel() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayApprove = useMay('approve')
  const [status, setStatus] = useQueryState('status', statusParser)
  const [openId, setOpenId] = useQueryState('mandate', openParser)
  const [isDrawing, setIsDrawing] = useState(false)
  const mandates = useInfiniteQuery(
    trpc.mandates.list.infiniteQueryOptions(
      { workspaceId, limit: MANDATES_PAGE_ROWS, ...(status ? { status } : {}) },
      { ...mandatesPaging, refetchInterval: REFRESH_MILLISECONDS },
    ),
  )
  const open = useCallback(({ mandateId }: MandateRowView) => void setOpenId(mandateId), [setOpenId])
  // The table takes a new array for new data and starts its state over.
  const rows = useMemo(() => mandates.data?.pages.flatMap((page) => page.mandates) ?? [], [mandates.data])
  const draw = () => setIsDrawing(true)
  return (
    <Card aria-busy={mandates.isPending}>
      <CardHeader
        title="Mandates"
        description="Signed budgets: what an agent may pay without asking each time."
        actions={
          <div className="flex flex-wrap items-center gap-2">
            <Select
              aria-label="Status"
              value={status ?? 'all'}
              onValueChange={(next) => void setStatus(next === 'all' ? null : next)}
              options={FILTERS}
              className="w-44"
            />
            <ExportCsv
              href={`/api/v1/mandates.csv?${new URLSearchParams({ workspaceId, ...(status ? { status } : {}) })}`}
            />
            {mayApprove ? <DrawButton onClick={draw} /> : null}
          </div>
        }
      />
      <StaleNotice query={mandates} className="mx-5 mb-4" />
      {mandates.isError && !mandates.data ? (
        <ProblemState error={mandates.error} onRetry={() => mandates.refetch()} className="mx-5 mb-5" />
      ) : (
        <MandatesTable
          mandates={rows}
          isLoading={mandates.isPending}
          onOpen={open}
          empty={<NoMandates isFiltered={status !== null} onDraw={mayApprove ? draw : undefined} />}
        />
      )}
      {mandates.hasNextPage ? (
        <LoadMore
          isLoading={mandates.isFetchingNextPage}
          isError={mandates.isFetchNextPageError}
          onLoad={() => void mandates.fetchNextPage()}
        />
      ) : null}
      {openId ? <MandateSheet mandateId={openId} onClose={() => void setOpenId(null)} /> : null}
      {isDrawing ? <DrawUpDialog onClose={() => setIsDrawing(false)} /> : null}
    </Card>
  )
}

function DrawButton({ onClick }: { onClick: () => void }) {
  return (
    <Button variant="primary" onClick={onClick}>
      <Plus aria-hidden />
      Draw up a mandate
    </Button>
  )
}

type NoMandatesProps = { isFiltered: boolean; onDraw: (() => void) | undefined }

function NoMandates({ isFiltered, onDraw }: NoMandatesProps) {
  if (isFiltered) {
    return (
      <div className="border-t">
        <EmptyState icon={ScrollText} title="None with this status">
          Choose another status to see the others.
        </EmptyState>
      </div>
    )
  }
  return (
    <div className="border-t">
      <EmptyState
        icon={ScrollText}
        title="No mandates yet"
        action={onDraw ? <DrawButton onClick={onDraw} /> : undefined}
      >
        An agent asks for a budget and is answered a link, where an owner, admin or approver signs. Until then
        it asks for each payout.
      </EmptyState>
      <div className="mx-auto max-w-xl px-5 pb-8">
        <AskSnippet />
      </div>
    </div>
  )
}
