'use client'

import { ArrowDownToLine, ArrowUpFromLine, Plus, QrCode as QrIcon } from 'lucide-react'
import dynamic from 'next/dynamic'
import { Address } from '../address/address'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { useFlow } from './use-flow'
import { useWalletAbilities, useWalletAccess } from './use-wallet-access'
import { useWalletFigures } from './use-wallet-figures'
import { useWalletDialogs, WalletDialogs } from './wallet-dialogs'
import { WalletFiguresGrid } from './wallet-figures-grid'
import { PanelNotices } from './wallet-panel-notices'

type WalletPanelProps = { workspaceId: string; walletAddress: `0x${string}` }

const FlowStrip = dynamic(() => import('./flow-strip').then(({ FlowStrip }) => FlowStrip), { ssr: false })

/** What the workspace's wallet and its pool hold, live, and what moves USDC between them. */
export function WalletPanel({ workspaceId, walletAddress }: WalletPanelProps) {
  const state = useWalletFigures({ workspaceId, walletAddress })
  const { access } = useWalletAccess(walletAddress)
  const { canBatch, paysGas } = useWalletAbilities(walletAddress)
  const topUp = useFlow({ kind: 'top-up', workspaceId, walletAddress, paysGas })
  const withdraw = useFlow({ kind: 'withdraw', workspaceId, walletAddress, paysGas })
  const dialogs = useWalletDialogs()
  const isViewer = access === 'viewer'
  return (
    <Card aria-labelledby="wallet-title" aria-busy={state.figures === null}>
      <CardHeader
        id="wallet-title"
        title="Wallet"
        description={<Address address={walletAddress} size="sm" />}
        actions={
          <>
            <Button size="sm" {...dialogs.opener('receive')}>
              <QrIcon aria-hidden />
              Receive
            </Button>
            <Button size="sm" {...dialogs.opener('add-funds')}>
              <Plus aria-hidden />
              Add funds
            </Button>
          </>
        }
      />
      <CardBody className="grid gap-4">
        <PanelNotices state={state} access={access} />
        {topUp.flow ? <FlowStrip handle={topUp} onOpen={() => dialogs.open('top-up')} /> : null}
        {withdraw.flow ? <FlowStrip handle={withdraw} onOpen={() => dialogs.open('withdraw')} /> : null}
        <WalletFiguresGrid state={state} walletAddress={walletAddress} />
        <div className="flex gap-2 max-sm:flex-col [&_button]:h-11 sm:[&_button]:h-9">
          <Button variant="primary" disabled={isViewer} {...dialogs.opener('top-up')}>
            <ArrowDownToLine aria-hidden />
            Top up
          </Button>
          <Button disabled={isViewer} {...dialogs.opener('withdraw')}>
            <ArrowUpFromLine aria-hidden />
            Withdraw
          </Button>
        </div>
      </CardBody>
      <WalletDialogs
        dialogs={dialogs}
        walletAddress={walletAddress}
        figures={state.figures}
        canBatch={canBatch}
        topUp={topUp}
        withdraw={withdraw}
      />
    </Card>
  )
}
