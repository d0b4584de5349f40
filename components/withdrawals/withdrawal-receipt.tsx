'use client'

import { useQuery } from '@tanstack/react-query'
import type { WithdrawalView } from '@/domain/withdrawal'
import { Address } from '../address/address'
import { TxLink } from '../address/tx-link'
import { Amount } from '../money/amount'
import { useWorkspace } from '../shell/workspace-context'
import { useTRPC } from '../trpc/trpc'
import { WithdrawalBadge } from './withdrawal-badge'
import { isMoving, withdrawalState } from './withdrawal-state'

const WHILE_MOVING_MILLISECONDS = 2_000
const NEWEST = 20

/** What became of a withdrawal that was just asked for, read again until it has ended. */
export function WithdrawalReceipt({ asked }: { asked: WithdrawalView }) {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const find = (list: { withdrawals: WithdrawalView[] } | undefined) =>
    list?.withdrawals.find(({ withdrawalId }) => withdrawalId === asked.withdrawalId)
  const { data } = useQuery(
    trpc.withdrawals.list.queryOptions(
      { workspaceId, limit: NEWEST },
      {
        refetchInterval: ({ state }) =>
          isMoving(find(state.data) ?? asked) ? WHILE_MOVING_MILLISECONDS : false,
      },
    ),
  )
  const withdrawal = find(data) ?? asked
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Amount value={withdrawal.amountUsdc} isExact className="text-lg font-semibold" />
        <WithdrawalBadge withdrawal={withdrawal} />
      </div>
      <div className="rounded-md border bg-sunken/60 p-3">
        <Address address={withdrawal.toAddress} isFull />
      </div>
      <p role="status" className="text-ink-muted">
        {withdrawalState(withdrawal).hint}
      </p>
      {withdrawal.txHash ? <TxLink hash={withdrawal.txHash} /> : null}
      {isMoving(withdrawal) ? (
        <p className="text-[0.8125rem] text-ink-muted">
          You can close this: it goes on by itself, and the list shows where it is.
        </p>
      ) : null}
    </div>
  )
}
