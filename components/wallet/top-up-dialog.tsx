'use client'

import { useState } from 'react'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { FlowFooter } from './flow-footer'
import { isFinished } from './flow-machine'
import { FlowProgress } from './flow-progress'
import { TopUpForm, useTopUpForm } from './top-up-form'
import type { FlowHandle } from './use-flow'
import { useWalletAccess } from './use-wallet-access'
import type { WalletFigures } from './use-wallet-figures'
import { WalletGate } from './wallet-gate'

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
  const { access } = useWalletAccess(walletAddress)
  const form = useTopUpForm({ walletAddress, figures, canBatch })
  const [wantsGasless, setWantsGasless] = useState(false)
  const { flow } = handle
  const isReady = access === 'ready'
  const changeOpen = (next: boolean) => {
    if (!next && flow && isFinished(flow)) {
      handle.dismiss()
      form.setText('')
    }
    onOpenChange(next)
  }
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
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogContent
        title="Top up the pool"
        description="Moves USDC from the wallet into the pool, where sessions and agents are paid from."
        footer={
          flow ? (
            <FlowFooter flow={flow} handle={handle} canSign={isReady} onClose={() => changeOpen(false)} />
          ) : (
            <>
              <Button onClick={() => onOpenChange(false)}>Cancel</Button>
              <Button
                variant="primary"
                disabled={!isReady || !form.canStart}
                onClick={() => form.plan && handle.start(form.plan)}
              >
                {form.actionLabel}
              </Button>
            </>
          )
        }
      >
        {flow ? (
          <FlowProgress
            flow={flow}
            handle={handle}
            pool={figures?.pool ?? null}
            onAddFunds={addFunds}
            onGasless={form.isGaslessOffered && !wantsGasless ? gasless : null}
          />
        ) : (
          <WalletGate walletAddress={walletAddress}>
            <TopUpForm form={form} figures={figures} walletAddress={walletAddress} onAddFunds={addFunds} />
          </WalletGate>
        )}
      </DialogContent>
    </Dialog>
  )
}
