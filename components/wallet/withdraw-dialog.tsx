'use client'

import { useState } from 'react'
import { formatUsdc } from '@/domain/money'
import { useConfig } from '../config/config-context'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { useWorkspace } from '../shell/workspace-context'
import { DangerDialog } from '../ui/danger-dialog'
import { Notice } from '../ui/notice'
import { FlowDialog } from './flow-dialog'
import { planWithdraw } from './top-up-plan'
import type { FlowHandle } from './use-flow'
import type { WalletFigures } from './use-wallet-figures'
import { sharesOf } from './withdraw-shares'

type WithdrawDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  walletAddress: `0x${string}`
  figures: WalletFigures | null
  handle: FlowHandle
  onAddFunds: () => void
}

/** Pool to wallet: a share or an amount, always possible; emptying the pool is asked for once more, in numbers. */
export function WithdrawDialog(props: WithdrawDialogProps) {
  const { open, onOpenChange, walletAddress, figures, handle, onAddFunds } = props
  const { chainId, settlementAddress } = useConfig()
  const [text, setText] = useState('')
  const [isAsking, setAsking] = useState(false)
  const read = readAmount(text, limitsOf(figures))
  const isAll = read.ok && figures !== null && read.amount === figures.pool
  const start = () => {
    if (!read.ok) return
    setAsking(false)
    onOpenChange(true)
    handle.start(
      planWithdraw({
        chainId,
        wallet: walletAddress,
        settlement: settlementAddress as `0x${string}`,
        amount: read.amount,
      }),
    )
  }
  return (
    <>
      <FlowDialog
        open={open && !isAsking}
        onOpenChange={onOpenChange}
        title="Withdraw from the pool"
        description="Moves USDC from the pool back to the wallet. It is always possible, also while top up is paused."
        walletAddress={walletAddress}
        figures={figures}
        handle={handle}
        onFinished={() => setText('')}
        onAddFunds={onAddFunds}
        onGasless={null}
        action={{
          label: read.ok ? `Withdraw ${isAll ? 'all ' : ''}${formatUsdc(read.amount)} USDC` : 'Withdraw',
          variant: isAll ? 'danger' : 'primary',
          isPossible: read.ok,
          onPress: () => (isAll ? setAsking(true) : start()),
        }}
      >
        <WithdrawForm text={text} onChange={setText} figures={figures} />
      </FlowDialog>
      {figures && isAll ? (
        <WithdrawAllDialog open={isAsking} onOpenChange={setAsking} figures={figures} onConfirm={start} />
      ) : null}
    </>
  )
}

type WithdrawAllDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  figures: WalletFigures
  onConfirm: () => void
}

function WithdrawAllDialog({ open, onOpenChange, figures, onConfirm }: WithdrawAllDialogProps) {
  const { name } = useWorkspace()
  const all = `${formatUsdc(figures.pool)} USDC`
  return (
    <DangerDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Withdraw all ${all}?`}
      confirmName={name}
      actionLabel={`Withdraw all ${all}`}
      pendingLabel="Opening the wallet"
      onConfirm={onConfirm}
    >
      <p>The pool goes from {all} to 0.00 USDC; the USDC goes to the workspace’s wallet.</p>
      <p>
        {figures.held > 0n
          ? `Open sessions hold ${formatUsdc(figures.held)} USDC: they end at once, and what they owe is still due.`
          : 'No session holds anything of it.'}{' '}
        New sessions and agents cannot be paid until the next top up.
      </p>
    </DangerDialog>
  )
}

type WithdrawFormProps = { text: string; onChange: (text: string) => void; figures: WalletFigures | null }

function WithdrawForm({ text, onChange, figures }: WithdrawFormProps) {
  if (figures?.pool === 0n) {
    return <Notice title="The pool is empty">There is nothing to withdraw. Top up first.</Notice>
  }
  const read = readAmount(text, limitsOf(figures))
  const left = read.ok && figures ? figures.pool - read.amount : null
  return (
    <div className="grid gap-5">
      {figures?.isPaused ? (
        <Notice title="Top up is paused, withdrawing is not">
          The contract’s pause stops deposits and settlements only. No role can stop you from taking your USDC
          back.
        </Notice>
      ) : null}
      <AmountField
        label="Amount"
        value={text}
        onChange={onChange}
        limits={limitsOf(figures)}
        presets={figures ? sharesOf(figures.pool) : []}
        // The shares have a Max of their own.
        max={0n}
        hint="The shares are of what the pool holds now."
      />
      {figures && left !== null && left < figures.held ? (
        <Notice tone="caution" title="Open sessions need more than would stay">
          They hold {formatUsdc(figures.held)} USDC and {formatUsdc(left)} USDC would stay. Live sessions end
          at once; to keep them, withdraw at most {formatUsdc(figures.available)} USDC.
        </Notice>
      ) : null}
      <p className="text-[0.8125rem] text-ink-muted">Your wallet will ask once: to withdraw.</p>
    </div>
  )
}

function limitsOf(figures: WalletFigures | null) {
  return figures ? { balance: figures.pool, balanceWords: 'the pool holds' } : {}
}
