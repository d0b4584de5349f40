'use client'

import { ArrowDownToLine, ArrowUpFromLine, Plus, QrCode as QrIcon } from 'lucide-react'
import { useState } from 'react'
import { Address } from '../address/address'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { AddFundsDialog } from './add-funds-dialog'
import { FlowStrip } from './flow-strip'
import { ReceiveDialog } from './receive-dialog'
import { TopUpDialog } from './top-up-dialog'
import { useFlow } from './use-flow'
import { useWalletAbilities, useWalletAccess } from './use-wallet-access'
import { useWalletFigures } from './use-wallet-figures'
import { WalletFiguresGrid } from './wallet-figures-grid'
import { PanelNotices } from './wallet-panel-notices'
import { WithdrawDialog } from './withdraw-dialog'

type WalletPanelProps = { workspaceId: string; walletAddress: `0x${string}` }

type OpenDialog = 'top-up' | 'withdraw' | 'receive' | 'add-funds' | null

/** What the workspace's wallet and its pool hold, live, and what moves USDC between them. */
export function WalletPanel({ workspaceId, walletAddress }: WalletPanelProps) {
  const state = useWalletFigures({ workspaceId, walletAddress })
  const { access } = useWalletAccess(walletAddress)
  const { canBatch, paysGas } = useWalletAbilities(walletAddress)
  const topUp = useFlow({ kind: 'top-up', workspaceId, walletAddress, paysGas })
  const withdraw = useFlow({ kind: 'withdraw', workspaceId, walletAddress, paysGas })
  const [dialog, setDialog] = useState<OpenDialog>(null)
  const dialogProps = (name: Exclude<OpenDialog, null>) => ({
    open: dialog === name,
    onOpenChange: (open: boolean) => setDialog(open ? name : null),
    walletAddress,
  })
  const addFunds = () => setDialog('add-funds')
  const isViewer = access === 'viewer'
  return (
    <Card aria-labelledby="wallet-title" aria-busy={state.figures === null}>
      <CardHeader
        id="wallet-title"
        title="Wallet"
        description={<Address address={walletAddress} size="sm" />}
        actions={
          <>
            <Button size="sm" onClick={() => setDialog('receive')}>
              <QrIcon aria-hidden />
              Receive
            </Button>
            <Button size="sm" onClick={addFunds}>
              <Plus aria-hidden />
              Add funds
            </Button>
          </>
        }
      />
      <CardBody className="grid gap-4">
        <PanelNotices state={state} access={access} />
        <FlowStrip handle={topUp} onOpen={() => setDialog('top-up')} />
        <FlowStrip handle={withdraw} onOpen={() => setDialog('withdraw')} />
        <WalletFiguresGrid state={state} walletAddress={walletAddress} />
        <div className="flex gap-2 max-sm:flex-col [&_button]:h-11 sm:[&_button]:h-9">
          <Button variant="primary" disabled={isViewer} onClick={() => setDialog('top-up')}>
            <ArrowDownToLine aria-hidden />
            Top up
          </Button>
          <Button disabled={isViewer} onClick={() => setDialog('withdraw')}>
            <ArrowUpFromLine aria-hidden />
            Withdraw
          </Button>
        </div>
      </CardBody>
      <TopUpDialog
        {...dialogProps('top-up')}
        figures={state.figures}
        canBatch={canBatch}
        handle={topUp}
        onAddFunds={addFunds}
      />
      <WithdrawDialog
        {...dialogProps('withdraw')}
        figures={state.figures}
        handle={withdraw}
        onAddFunds={addFunds}
      />
      <ReceiveDialog {...dialogProps('receive')} />
      <AddFundsDialog {...dialogProps('add-funds')} />
    </Card>
  )
}
