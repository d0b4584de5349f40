'use client'

import { useQuery } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { Inbox } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { UnattributedDepositView } from '@/domain/deposits'
import { Address } from '../address/address'
import { TxLink } from '../address/tx-link'
import { Amount } from '../money/amount'
import { ProblemState } from '../trpc/problem-state'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'

const AttributeDepositDialog = dynamic(() => import('./attribute-deposit-dialog'))
const ReturnDepositDialog = dynamic(() => import('./return-deposit-dialog'))

type Chosen = { act: 'attribute' | 'return'; deposit: UnattributedDepositView }

const REFETCH_MILLISECONDS = 15_000

const REASONS: Record<UnattributedDepositView['reason'], { label: string; hint: string }> = {
  no_agent: { label: 'No agent', hint: 'The sending wallet is linked to no agent.' },
  several_agents: {
    label: 'Several agents',
    hint: 'The sending wallet is linked to several agents and none has claimed it.',
  },
  below_minimum: { label: 'Below 1 USDC', hint: 'Too small to be credited by itself.' },
  x402: { label: 'Unknown x402', hint: 'An x402 settlement that no record here explains.' },
}

/** USDC at the receive address that belongs to nobody yet, and what can be done about it. */
export function UnattributedDeposits() {
  const trpc = useTRPC()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const deposits = useQuery(
    trpc.instance.unattributedDeposits.queryOptions(undefined, { refetchInterval: REFETCH_MILLISECONDS }),
  )
  return (
    <Card>
      <CardHeader
        title="Unattributed deposits"
        description="USDC that reached the receive address and belongs to no agent yet."
      />
      <StaleNotice query={deposits} className="mx-5 mb-4" />
      {deposits.isError && !deposits.data ? (
        <ProblemState error={deposits.error} onRetry={() => deposits.refetch()} />
      ) : (
        <DataTable
          caption="Unattributed deposits"
          columns={columnsOf(setChosen)}
          rows={deposits.data ?? []}
          rowId={(deposit) => deposit.depositId}
          isLoading={deposits.isPending}
          skeletonRows={2}
          empty={
            <EmptyState icon={Inbox} title="Everything has its owner">
              A transfer from a wallet that no agent has linked shows up here.
            </EmptyState>
          }
        />
      )}
      {chosen?.act === 'attribute' ? (
        <AttributeDepositDialog deposit={chosen.deposit} onClose={() => setChosen(null)} />
      ) : null}
      {chosen?.act === 'return' ? (
        <ReturnDepositDialog deposit={chosen.deposit} onClose={() => setChosen(null)} />
      ) : null}
    </Card>
  )
}

function columnsOf(onChoose: (chosen: Chosen) => void): ColumnDef<UnattributedDepositView>[] {
  return [
    { id: 'sender', header: 'From', cell: ({ row }) => <Address address={row.original.sender} /> },
    {
      id: 'amount',
      header: 'Amount',
      meta: { align: 'right' } satisfies ColumnMeta,
      cell: ({ row }) => <Amount value={row.original.amount} />,
    },
    { id: 'reason', header: 'Why', cell: ({ row }) => <Reason reason={row.original.reason} /> },
    {
      id: 'time',
      header: 'Received',
      meta: { isHiddenOnPhone: true, className: 'whitespace-nowrap' } satisfies ColumnMeta,
      cell: ({ row: { original } }) =>
        original.blockTime ? <RelativeTime at={original.blockTime} className="text-ink-muted" /> : '–',
    },
    {
      id: 'transaction',
      header: 'Transaction',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row }) => <TxLink hash={row.original.txHash} />,
    },
    {
      id: 'acts',
      header: () => <span className="sr-only">What to do with it</span>,
      meta: { align: 'right' } satisfies ColumnMeta,
      cell: ({ row: { original: deposit } }) => (
        <div className="flex flex-wrap justify-end gap-2">
          <Button size="sm" onClick={() => onChoose({ act: 'return', deposit })}>
            Return
          </Button>
          <Button size="sm" onClick={() => onChoose({ act: 'attribute', deposit })}>
            Attribute
          </Button>
        </div>
      ),
    },
  ]
}

function Reason({ reason }: { reason: UnattributedDepositView['reason'] }) {
  const { label, hint } = REASONS[reason]
  return (
    <Badge tone="caution" hint={hint}>
      {label}
    </Badge>
  )
}
