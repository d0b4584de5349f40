'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { formatUsdc } from '@/domain/money'
import type { RefundTargetsView } from '@/domain/withdrawal'
import { Address } from '../address/address'
import { shortAddress } from '../address/short-address'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { Dialog, DialogContent } from '../ui/dialog'
import { Notice } from '../ui/notice'
import { RadioCards } from '../ui/radio-cards'
import { Skeleton } from '../ui/skeleton'
import { useWithdrawalRequest } from './use-withdrawal-request'
import { WithdrawalFooter } from './withdrawal-footer'
import { WithdrawalReceipt } from './withdrawal-receipt'

type BalanceRefundDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  agent: { id: string; name: string }
}

type Intent = { workspaceId: string; agentId: string; toAddress: string; amountUsdc: string }

/** Unspent balance of an agent back to a wallet that paid for it. */
export function BalanceRefundDialog({ open, onOpenChange, agent }: BalanceRefundDialogProps) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const { id: workspaceId } = useWorkspace()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const source = useQuery(
    trpc.withdrawals.refundTargets.queryOptions({ workspaceId, agentId: agent.id }, { enabled: open }),
  )
  const request = useWithdrawalRequest<Intent>((intent) =>
    client.withdrawals.requestBalanceRefund.mutate(intent),
  )
  const read = readAmount(text, limitsOf(source.data))
  const target = chosen ?? source.data?.targets[0]?.address ?? null
  const changeOpen = (next: boolean) => {
    if (!next && request.isSuccess) {
      request.reset()
      setText('')
    }
    onOpenChange(next)
  }
  const send = () => {
    if (!read.ok || !target) return
    request.mutate({ workspaceId, agentId: agent.id, toAddress: target, amountUsdc: read.amount.toString() })
  }
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogContent
        title={`Refund balance of ${agent.name}`}
        description="Sends unspent USDC back to a wallet that paid for it. The gas is paid for you; no wallet opens."
        footer={
          <WithdrawalFooter
            verb="Refund"
            amount={read.ok ? read.amount : null}
            isReady={target !== null && source.data?.owed === '0'}
            isPending={request.isPending}
            isDone={request.isSuccess}
            onSend={send}
            onClose={() => changeOpen(false)}
          />
        }
      >
        {request.data ? (
          <WithdrawalReceipt asked={request.data} />
        ) : source.isError ? (
          <ProblemState error={source.error} onRetry={() => source.refetch()} />
        ) : source.data ? (
          <div className="grid gap-5">
            <RefundForm
              source={source.data}
              text={text}
              onChange={setText}
              target={target}
              onChoose={setChosen}
              isDisabled={request.isPending}
            />
            {request.isError ? (
              <ProblemState error={request.error} money="Pressing again cannot send it twice." />
            ) : null}
          </div>
        ) : (
          <Skeleton className="h-32 w-full" />
        )}
      </DialogContent>
    </Dialog>
  )
}

type RefundFormProps = {
  source: RefundTargetsView
  text: string
  onChange: (text: string) => void
  target: string | null
  onChoose: (address: string) => void
  isDisabled: boolean
}

function RefundForm({ source, text, onChange, target, onChoose, isDisabled }: RefundFormProps) {
  if (source.owed !== '0') {
    return (
      <Notice tone="caution" title="The balance is frozen">
        A reorganisation took back a deposit that was spent: {formatUsdc(BigInt(source.owed))} USDC are owed.
        Nothing is refunded until that is repaid.
      </Notice>
    )
  }
  if (source.balance === '0') return <Notice title="The balance is empty">There is nothing to refund.</Notice>
  if (!target) {
    return (
      <Notice title="No wallet has paid for this balance">
        It came from another agent or an adjustment. Move it back to the agent it came from.
      </Notice>
    )
  }
  return (
    <>
      <AmountField
        label="Amount"
        value={text}
        onChange={onChange}
        limits={limitsOf(source)}
        disabled={isDisabled}
      />
      {source.targets.length > 1 ? (
        <RadioCards
          legend="Back to"
          value={target}
          onValueChange={onChoose}
          options={source.targets.map(({ address, paid }) => ({
            value: address,
            label: shortAddress(address),
            description: `Paid ${formatUsdc(BigInt(paid))} USDC in all`,
          }))}
        />
      ) : null}
      <div className="grid gap-1.5">
        <p className="text-[0.8125rem] font-medium">
          {source.targets.length > 1 ? 'The chosen wallet, in full' : 'Back to the wallet that paid'}
        </p>
        <div className="rounded-md border bg-sunken/60 p-3">
          <Address address={target} isFull />
        </div>
        <p className="text-[0.8125rem] text-ink-muted">
          An exchange’s wallet may not credit a refund to you. Be sure that this one is yours.
        </p>
      </div>
    </>
  )
}

function limitsOf(source: RefundTargetsView | undefined) {
  return source ? { balance: BigInt(source.balance), balanceWords: 'the balance is' } : {}
}
