'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { ArrowUpRight } from 'lucide-react'
import type { WithdrawalView } from '@/domain/withdrawal'
import { Address } from '../address/address'
import { TxLink } from '../address/tx-link'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Button } from '../ui/button'
import { CardFooter } from '../ui/card'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'
import { WithdrawalBadge } from './withdrawal-badge'
import { isMoving } from './withdrawal-state'

const PAGE_SIZE = 20
const WHILE_MOVING_MILLISECONDS = 2_000

const COLUMNS: ColumnDef<WithdrawalView>[] = [
  { id: 'state', header: 'State', cell: ({ row }) => <WithdrawalBadge withdrawal={row.original} /> },
  {
    id: 'amount',
    header: 'Amount',
    meta: { align: 'right' } satisfies ColumnMeta,
    cell: ({ row }) => <Amount value={row.original.amountUsdc} />,
  },
  { id: 'to', header: 'To', cell: ({ row }) => <Address address={row.original.toAddress} size="sm" /> },
  {
    id: 'transaction',
    header: 'Transaction',
    meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
    cell: ({ row }) => (row.original.txHash ? <TxLink hash={row.original.txHash} /> : null),
  },
  {
    id: 'asked',
    header: 'Asked for',
    meta: { isHiddenOnPhone: true, className: 'whitespace-nowrap' } satisfies ColumnMeta,
    cell: ({ row }) => <RelativeTime at={row.original.createdAt} className="text-ink-muted" />,
  },
]

type WithdrawalsListProps = {
  kind?: Exclude<WithdrawalView['kind'], 'deposit_return'>
  /** Only what left this agent's balance. */
  agentId?: string
}

/** What was sent out, newest first; read again every two seconds while something is on its way. */
export function WithdrawalsList({ kind, agentId }: WithdrawalsListProps) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const { id: workspaceId } = useWorkspace()
  const asked = { workspaceId, limit: PAGE_SIZE, ...(kind && { kind }), ...(agentId && { agentId }) }
  const list = useInfiniteQuery({
    queryKey: [...trpc.withdrawals.list.queryKey(asked), 'pages'],
    queryFn: ({ pageParam }) =>
      client.withdrawals.list.query({ ...asked, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ withdrawals }) => withdrawals.some(isMoving))
        ? WHILE_MOVING_MILLISECONDS
        : false,
  })
  if (list.isError && !list.data) {
    return <ProblemState error={list.error} onRetry={() => list.refetch()} className="mx-5 mb-5" />
  }
  return (
    <>
      <DataTable
        caption="Withdrawals"
        columns={COLUMNS}
        rows={list.data?.pages.flatMap(({ withdrawals }) => withdrawals) ?? []}
        rowId={({ withdrawalId }) => withdrawalId}
        isLoading={list.isPending}
        skeletonRows={3}
        empty={
          <EmptyState icon={ArrowUpRight} title="Nothing was sent out yet">
            {kind === 'revenue'
              ? 'What is earned can be withdrawn to the workspace’s wallet at any time.'
              : 'Unspent balance can go back to the wallets that paid for it.'}
          </EmptyState>
        }
      />
      {list.hasNextPage ? (
        <CardFooter className="justify-center">
          <Button pending={list.isFetchingNextPage && 'Loading'} onClick={() => list.fetchNextPage()}>
            Show older withdrawals
          </Button>
        </CardFooter>
      ) : null}
    </>
  )
}
