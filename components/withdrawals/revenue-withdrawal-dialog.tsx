'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Address } from '../address/address'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Dialog, DialogContent } from '../ui/dialog'
import { Notice } from '../ui/notice'
import { Skeleton } from '../ui/skeleton'
import { useWithdrawalRequest } from './use-withdrawal-request'
import { WithdrawalFooter } from './withdrawal-footer'
import { WithdrawalReceipt } from './withdrawal-receipt'

type RevenueWithdrawalDialogProps = { open: boolean; onOpenChange: (open: boolean) => void }

/** Revenue to the workspace's wallet: an amount, the whole address, then what becomes of it. */
export function RevenueWithdrawalDialog({ open, onOpenChange }: RevenueWithdrawalDialogProps) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const { id: workspaceId } = useWorkspace()
  const [text, setText] = useState('')
  const revenue = useQuery(trpc.withdrawals.revenue.queryOptions({ workspaceId }, { enabled: open }))
  const request = useWithdrawalRequest<{ workspaceId: string; amountUsdc: string }>((intent) =>
    client.withdrawals.requestRevenueWithdrawal.mutate(intent),
  )
  const available = revenue.data ? BigInt(revenue.data.available) : undefined
  const limits = available === undefined ? {} : { balance: available, balanceWords: 'the revenue is' }
  const read = readAmount(text, limits)
  const changeOpen = (next: boolean) => {
    if (!next && request.isSuccess) {
      request.reset()
      setText('')
    }
    onOpenChange(next)
  }
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogContent
        title="Withdraw revenue"
        description="Sends earned USDC to the workspace’s wallet. The gas is paid for you; no wallet opens."
        footer={
          <WithdrawalFooter
            verb="Withdraw"
            amount={read.ok ? read.amount : null}
            isReady={revenue.data !== undefined}
            isPending={request.isPending}
            isDone={request.isSuccess}
            onSend={() => read.ok && request.mutate({ workspaceId, amountUsdc: read.amount.toString() })}
            onClose={() => changeOpen(false)}
          />
        }
      >
        {request.data ? (
          <WithdrawalReceipt asked={request.data} />
        ) : revenue.isError ? (
          <ProblemState error={revenue.error} onRetry={() => revenue.refetch()} />
        ) : !revenue.data ? (
          <Skeleton className="h-24 w-full" />
        ) : available === 0n ? (
          <Notice title="There is no revenue to withdraw">
            What agents pay for your priced APIs appears here.
          </Notice>
        ) : (
          <div className="grid gap-5">
            <AmountField
              label="Amount"
              value={text}
              onChange={setText}
              limits={limits}
              disabled={request.isPending}
            />
            <div className="grid gap-1.5">
              <p className="text-[0.8125rem] font-medium">To the workspace’s wallet</p>
              <div className="rounded-md border bg-sunken/60 p-3">
                <Address address={revenue.data.toAddress} isFull />
              </div>
            </div>
            {request.isError ? (
              <ProblemState error={request.error} money="Pressing again cannot send it twice." />
            ) : null}
          </div>
        )}
      </DialogContent>
    </Dialog>
  )
}
