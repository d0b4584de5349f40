'use client'

import { useState } from 'react'
import { Address } from '../address/address'
import { useConfig } from '../config/config-context'
import { useConnectedWallet } from '../connect/use-connected-wallet'
import { FaucetButton } from '../test-wallet/faucet-button'
import { CopyButton } from '../ui/copy-button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Notice } from '../ui/notice'
import { QrCode } from '../ui/qr-code'
import { Spinner } from '../ui/spinner'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../ui/tabs'
import { ConnectChoice } from '../wallet/connect-choice'
import { isFinished } from '../wallet/flow-machine'
import type { FlowHandle } from '../wallet/use-flow'
import { WrongNetworkNotice } from '../wallet/wrong-network-notice'
import { FundForm } from './fund-form'
import { FundProgress } from './fund-progress'

type FundDialogProps = { address: `0x${string}`; handle: FlowHandle; onClose: () => void }

/** USDC into the payout wallet: from the wallet of this browser, or by a transfer from anywhere. */
export default function FundDialog({ address, handle, onClose }: FundDialogProps) {
  const { chainName } = useConfig()
  const [way, setWay] = useState('wallet')
  const { flow } = handle
  // Seen to its end, the transfer is forgotten and the form begins anew.
  const close = () => {
    if (flow && isFinished(flow)) handle.dismiss()
    onClose()
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : close())}>
      <DialogContent
        title="Fund the payout wallet"
        description={`USDC on ${chainName} only. What is in it can be paid out, and owners can send it back.`}
      >
        {flow ? (
          <FundProgress flow={flow} handle={handle} onClose={close} />
        ) : (
          <Tabs value={way} onValueChange={setWay}>
            <TabsList aria-label="Way to fund">
              <TabsTrigger value="wallet">From your wallet</TabsTrigger>
              <TabsTrigger value="transfer">By transfer</TabsTrigger>
            </TabsList>
            <TabsContent value="wallet">
              <FromWallet address={address} handle={handle} />
            </TabsContent>
            <TabsContent value="transfer">
              <ByTransfer address={address} />
            </TabsContent>
          </Tabs>
        )}
      </DialogContent>
    </Dialog>
  )
}

function FromWallet({ address, handle }: Pick<FundDialogProps, 'address' | 'handle'>) {
  const wallet = useConnectedWallet()
  if (wallet.state === 'looking') return <Spinner>Looking for your wallet</Spinner>
  if (wallet.state === 'wrong-network') return <WrongNetworkNotice />
  if (wallet.state === 'none' || !wallet.address) {
    return (
      <div className="grid gap-3">
        <p className="text-ink-muted">Connect the wallet that pays; any account will do.</p>
        <ConnectChoice />
      </div>
    )
  }
  return <FundForm from={wallet.address} to={address} handle={handle} />
}

function ByTransfer({ address }: { address: `0x${string}` }) {
  const { chainName } = useConfig()
  return (
    <div className="grid justify-items-center gap-4">
      <QrCode value={address} label="QR code of the payout wallet’s address" />
      <Address address={address} isFull isPlain />
      <div className="flex flex-wrap justify-center gap-2">
        <CopyButton value={address} what="payout wallet address" label="Copy address" variant="secondary" />
        <FaucetButton address={address} />
      </div>
      <Notice title={`USDC on ${chainName}, nothing else`}>
        Other tokens, ETH and USDC of other networks stay at the address and cannot be sent back from here.
      </Notice>
    </div>
  )
}
