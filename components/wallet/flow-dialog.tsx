'use client'

import type { ReactNode } from 'react'
import { Button } from '../ui/button'
import { Dialog, DialogContent } from '../ui/dialog'
import { FlowFooter } from './flow-footer'
import { isFinished } from './flow-machine'
import { FlowProgress } from './flow-progress'
import type { FlowHandle } from './use-flow'
import { useWalletAccess } from './use-wallet-access'
import type { WalletFigures } from './use-wallet-figures'
import { WalletGate } from './wallet-gate'

type FlowDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description: string
  walletAddress: `0x${string}`
  figures: WalletFigures | null
  handle: FlowHandle
  /** A finished flow was closed: the form starts anew. */
  onFinished: () => void
  onAddFunds: () => void
  onGasless: (() => void) | null
  action: { label: string; variant: 'primary' | 'danger'; isPossible: boolean; onPress: () => void }
  /** The form, shown while no flow runs and the right wallet is connected. */
  children: ReactNode
}

/** Money moves in two steps: a form with one action, then the progress of what the wallet signed. */
export function FlowDialog(props: FlowDialogProps) {
  const { open, onOpenChange, walletAddress, figures, handle, action, children } = props
  const { access } = useWalletAccess(walletAddress)
  const { flow } = handle
  const isReady = access === 'ready'
  const changeOpen = (next: boolean) => {
    if (!next && flow && isFinished(flow)) {
      handle.dismiss()
      props.onFinished()
    }
    onOpenChange(next)
  }
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogContent
        title={props.title}
        description={props.description}
        footer={
          flow ? (
            <FlowFooter flow={flow} handle={handle} canSign={isReady} onClose={() => changeOpen(false)} />
          ) : (
            <>
              <Button onClick={() => onOpenChange(false)}>Cancel</Button>
              <Button
                variant={action.variant}
                disabled={!isReady || !action.isPossible}
                onClick={action.onPress}
              >
                {action.label}
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
            onAddFunds={props.onAddFunds}
            onGasless={props.onGasless}
          />
        ) : (
          <WalletGate walletAddress={walletAddress}>{children}</WalletGate>
        )}
      </DialogContent>
    </Dialog>
  )
}
