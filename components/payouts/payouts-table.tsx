'use client'

import type { ColumnDef } from '@tanstack/react-table'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { PayoutRowView } from '@/domain/payout-console'
import { LocalTime } from '../activity/local-time'
import { Address } from '../address/address'
import { TxLink } from '../address/tx-link'
import { Amount } from '../money/amount'
import { workspaceHref } from '../shell/nav-items'
import { useWorkspace } from '../shell/workspace-context'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { PayoutStatusBadge } from './payout-status-badge'

type PayoutsTableProps = {
  payouts: readonly PayoutRowView[]
  isLoading: boolean
  empty: ReactNode
  onOpen: (payout: PayoutRowView) => void
}

const onWideOnly = { isHiddenOnPhone: true } satisfies ColumnMeta

const COLUMNS: ColumnDef<PayoutRowView>[] = [
  { id: 'payout', header: 'Payout', cell: ({ row: { original } }) => <PayoutCell payout={original} /> },
  {
    id: 'status',
    header: 'Status',
    meta: onWideOnly,
    cell: ({ row: { original } }) => <PayoutStatusBadge {...original} />,
  },
  {
    id: 'to',
    header: 'To',
    meta: onWideOnly,
    cell: ({ row: { original } }) => (
      <Address address={original.toAddress} name={original.toName} isPlain className="max-w-72" />
    ),
  },
  {
    id: 'agent',
    header: 'Agent',
    meta: onWideOnly,
    cell: ({ row: { original } }) => (
      <span className="block max-w-36 truncate" title={original.agentId ?? undefined}>
        {original.agentName ?? 'An owner'}
      </span>
    ),
  },
  {
    id: 'when',
    header: 'Asked for',
    meta: onWideOnly,
    cell: ({ row: { original } }) => (
      <LocalTime at={original.createdAt} className="figures whitespace-nowrap text-ink-muted" />
    ),
  },
  {
    id: 'amount',
    header: 'Amount',
    meta: { align: 'right' } satisfies ColumnMeta,
    cell: ({ row: { original } }) => <Amount value={original.amount} />,
  },
]

/** Payouts in rows that open their page; on phones each row carries its status and recipient with it. */
export function PayoutsTable({ payouts, isLoading, empty, onOpen }: PayoutsTableProps) {
  return (
    <DataTable
      caption="Payouts"
      columns={COLUMNS}
      rows={payouts}
      rowId={({ id }) => id}
      isLoading={isLoading}
      empty={empty}
      onOpen={onOpen}
    />
  )
}

function PayoutCell({ payout }: { payout: PayoutRowView }) {
  const { slug } = useWorkspace()
  const about = payout.description ?? (payout.kind === 'sweep' ? 'Sent back to the workspace’s wallet' : null)
  return (
    <div className="grid min-w-0 gap-0.5">
      <Link
        href={workspaceHref(slug, `/payouts/${payout.id}`)}
        className="block max-w-52 truncate rounded-sm font-medium underline-offset-4 hover:underline sm:max-w-64"
        onClick={(event) => event.stopPropagation()}
      >
        {payout.payoutId}
      </Link>
      {about ? (
        <span className="max-w-52 truncate text-[0.8125rem] text-ink-muted sm:max-w-64" title={about}>
          {about}
        </span>
      ) : null}
      {payout.txHash ? (
        <span className="max-sm:hidden">
          <TxLink hash={payout.txHash} className="text-ink-muted" />
        </span>
      ) : null}
      <span className="grid gap-1 pt-1 sm:hidden">
        <Address address={payout.toAddress} name={payout.toName} isPlain size="sm" className="max-w-52" />
        <span className="flex flex-wrap items-center gap-2">
          <PayoutStatusBadge {...payout} className="h-auto min-h-6 whitespace-normal" />
          <LocalTime at={payout.createdAt} className="figures text-[0.8125rem] text-ink-muted" />
        </span>
      </span>
    </div>
  )
}
