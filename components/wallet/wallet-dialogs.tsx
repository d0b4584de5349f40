'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { loadFlowEngine } from './load-flow-engine'
import type { FlowHandle } from './use-flow'
import type { WalletFigures } from './use-wallet-figures'

export type WalletDialogName = 'top-up' | 'withdraw' | 'receive' | 'add-funds'

// A dialog that moves money appears only with what moves it, so that no press in it waits for code.
const LOADS = {
  'top-up': () => withEngine(import('./top-up-dialog').then(({ TopUpDialog }) => TopUpDialog)),
  withdraw: () => withEngine(import('./withdraw-dialog').then(({ WithdrawDialog }) => WithdrawDialog)),
  receive: () => import('./receive-dialog').then(({ ReceiveDialog }) => ReceiveDialog),
  'add-funds': () => import('./add-funds-dialog').then(({ AddFundsDialog }) => AddFundsDialog),
}

async function withEngine<Dialog>(dialog: Promise<Dialog>): Promise<Dialog> {
  const [loaded] = await Promise.all([dialog, loadFlowEngine()])
  return loaded
}

const loading = () => (
  <p role="status" className="sr-only">
    Opening
  </p>
)
const TopUpDialog = dynamic(LOADS['top-up'], { ssr: false, loading })
const WithdrawDialog = dynamic(LOADS.withdraw, { ssr: false, loading })
const ReceiveDialog = dynamic(LOADS.receive, { ssr: false, loading })
const AddFundsDialog = dynamic(LOADS['add-funds'], { ssr: false, loading })

/** Which dialog is open, and the handlers of a button that opens one: its code is fetched when a person points at it. */
export function useWalletDialogs() {
  const [current, setCurrent] = useState<WalletDialogName | null>(null)
  const [opened, setOpened] = useState<readonly WalletDialogName[]>([])
  const open = (name: WalletDialogName) => {
    setCurrent(name)
    setOpened((before) => (before.includes(name) ? before : [...before, name]))
  }
  const opener = (name: WalletDialogName) => {
    // A failed fetch is told when the dialog is asked for.
    const prefetch = () => void LOADS[name]().catch(() => undefined)
    return { onClick: () => open(name), onPointerEnter: prefetch, onFocus: prefetch }
  }
  return { current, opened, open, close: () => setCurrent(null), opener }
}

type WalletDialogsProps = {
  dialogs: ReturnType<typeof useWalletDialogs>
  walletAddress: `0x${string}`
  figures: WalletFigures | null
  canBatch: boolean
  topUp: FlowHandle
  withdraw: FlowHandle
}

/** The dialogs of the wallet panel, each from its first opening on, so that it keeps what was typed and gives the focus back. */
export function WalletDialogs(props: WalletDialogsProps) {
  const { dialogs, walletAddress, figures, canBatch, topUp, withdraw } = props
  const of = (name: WalletDialogName) => ({
    open: dialogs.current === name,
    onOpenChange: (isOpen: boolean) => (isOpen ? dialogs.open(name) : dialogs.close()),
    walletAddress,
  })
  const isMounted = (name: WalletDialogName) => dialogs.opened.includes(name)
  const addFunds = () => dialogs.open('add-funds')
  return (
    <>
      {isMounted('top-up') ? (
        <TopUpDialog
          {...of('top-up')}
          figures={figures}
          canBatch={canBatch}
          handle={topUp}
          onAddFunds={addFunds}
        />
      ) : null}
      {isMounted('withdraw') ? (
        <WithdrawDialog {...of('withdraw')} figures={figures} handle={withdraw} onAddFunds={addFunds} />
      ) : null}
      {isMounted('receive') ? <ReceiveDialog {...of('receive')} /> : null}
      {isMounted('add-funds') ? <AddFundsDialog {...of('add-funds')} /> : null}
    </>
  )
}
