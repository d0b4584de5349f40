'use client'

import type { ColumnDef } from '@tanstack/react-table'
import type { ReactNode } from 'react'
import type { MandateRowView } from '@/domain/mandate'
import { Amount } from '../money/amount'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { RelativeTime } from '../ui/relative-time'
import { durationWords } from './duration-words'
import { MandateStatusBadge } from './mandate-status-badge'
import { MandateUsage } from './mandate-usage'

type MandatesTableProps = {
  mandates: readonly MandateRowView[]
  isLoading: boolean
  empty: ReactNode
  onOpen: (mandate: MandateRowView) => void
}

const onWideOnly = { isHiddenOnPhone: true } satisfies ColumnMeta

const COLUMNS: ColumnDef<MandateRowView>[] = [
  {
    id: 'agent',
    header: 'Agent and purpose',
    cell: ({ row: { original } }) => <PurposeCell mandate={original} />,
  },
  {
    id: 'limit',
    header: 'Used of the limit',
    meta: { align: 'right' } satisfies ColumnMeta,
    cell: ({ row: { original } }) => <UsageCell mandate={original} />,
  },
  {
    id: 'period',
    header: 'Over time',
    meta: onWideOnly,
    cell: ({
      row: {
        original: { period, periodSpent },
      },
    }) =>
      period ? (
        <span className="grid justify-items-start">
          <span className="whitespace-nowrap">
            <Amount value={periodSpent ?? '0'} isShort isUnitHidden /> of{' '}
            <Amount value={period.limit} isShort />
          </span>
          <span className="text-xs text-ink-muted">in any {durationWords(period.seconds)}</span>
        </span>
      ) : (
        <span className="text-ink-muted">No period</span>
      ),
  },
  {
    id: 'until',
    header: 'Until',
    meta: onWideOnly,
    cell: ({ row: { original } }) => (
      <RelativeTime at={original.validUntil} className="whitespace-nowrap text-ink-muted" />
    ),
  },
  {
    id: 'status',
    header: 'Status',
    meta: onWideOnly,
    cell: ({ row: { original } }) => <MandateStatusBadge mandate={original} />,
  },
]

/** Mandates in rows that open beside the list; on phones each row carries its status with it. */
export function MandatesTable({ mandates, isLoading, empty, onOpen }: MandatesTableProps) {
  return (
    <DataTable
      caption="Mandates"
      columns={COLUMNS}
      rows={mandates}
      rowId={({ mandateId }) => mandateId}
      isLoading={isLoading}
      skeletonRows={3}
      empty={empty}
      onOpen={onOpen}
      rowClassName={({ status }) =>
        status === 'revoked' || status === 'expired' ? 'text-ink-muted' : undefined
      }
    />
  )
}

/** On a phone the status stands under the purpose, where there is room for it. */
function PurposeCell({ mandate }: { mandate: MandateRowView }) {
  return (
    <span className="grid max-w-xs justify-items-start gap-1">
      {/* A press of it is a press of its row, which opens the mandate. */}
      <button
        type="button"
        className="rounded-sm text-left font-medium break-words text-ink underline-offset-4 hover:underline"
      >
        {mandate.agentName}
      </button>
      <span className="line-clamp-2 text-[0.8125rem] break-words text-ink-muted">
        {mandate.naturalLanguage}
      </span>
      <span className="sm:hidden">
        <MandateStatusBadge mandate={mandate} />
      </span>
    </span>
  )
}

function UsageCell({ mandate }: { mandate: MandateRowView }) {
  const used = BigInt(mandate.spentAmount) + BigInt(mandate.pendingSpentAmount)
  return (
    <span className="ml-auto grid w-full max-w-44 min-w-20 gap-1.5 sm:min-w-28">
      <span className="text-right whitespace-nowrap max-sm:whitespace-normal">
        <Amount value={used} isShort isUnitHidden /> of <Amount value={mandate.limitAmount} isShort />
      </span>
      <MandateUsage mandate={mandate} />
    </span>
  )
}
