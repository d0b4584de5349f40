'use client'

import { useState } from 'react'
import { FlowDialog } from './flow-dialog'
import { TopUpForm, useTopUpForm } from './top-up-form'
import type { FlowHandle } from './use-flow'
import type { WalletFigures } from './use-wallet-figures'

type TopUpDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  walletAddress: `0x${string}`
  figures: WalletFigures | null
  canBatch: boolean
  handle: FlowHandle
  onAddFunds: () => void
}

/** Wallet to pool: the amount, what the wallet will be asked and how often, then how it goes. */
export function TopUpDialog(props: TopUpDialogProps) {
  const { open, onOpenChange, walletAddress, figures, canBatch, handle, onAddFunds } = props
  const form = useTopUpForm({ walletAddress, figures, canBatch })
  const [wantsGasless, setWantsGasless] = useState(false)
  const addFunds = () => {
    onOpenChange(false)
    onAddFunds()
  }
  const gasless = () => {
    handle.dismiss()
    form.setWay('gasless')
    setWantsGasless(true)
  }
  return (
    <FlowDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Top up the pool"
      description="Moves USDC from the wallet into the pool, where sessions and agents are paid from."
      walletAddress={walletAddress}
      figures={figures}
      handle={handle}
      onFinished={() => form.setText('')}
      onAddFunds={addFunds}
      onGasless={form.isGaslessOffered && !wantsGasless ? gasless : null}
      action={{
        label: form.actionLabel,
        variant: 'primary',
        isPossible: form.canStart,
        onPress: () => form.plan && handle.start(form.plan),
      }}
    >
      <TopUpForm form={form} figures={figures} walletAddress={walletAddress} onAddFunds={addFunds} />
    </FlowDialog>
  )
}
