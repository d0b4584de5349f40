'use client'

import { ExternalLink } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Address } from '../address/address'
import { useConfig } from '../config/config-context'
import { FaucetButton } from '../test-wallet/faucet-button'
import { CopyButton } from '../ui/copy-button'
import { Dialog, DialogContent } from '../ui/dialog'
import { Notice } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../ui/tabs'
import { bridges } from './bridges'
import { AddressToPay, PoolIsNotFilled, type WalletDialogProps } from './receive-dialog'

const OnrampCard = dynamic(() => import('./onramp-card').then(({ OnrampCard }) => OnrampCard), {
  ssr: false,
  loading: () => <Spinner>Loading Coinbase Onramp</Spinner>,
})

/** Ways to bring USDC to the wallet; each says that the pool is another step. */
export function AddFundsDialog({ open, onOpenChange, walletAddress }: WalletDialogProps) {
  const { features, chainName } = useConfig()
  const [tab, setTab] = useState(features.faucet ? 'faucet' : 'transfer')
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="Add funds to the wallet"
        description={`Bring USDC to the wallet on ${chainName}.`}
      >
        <PoolIsNotFilled className="mb-4" />
        <Tabs value={tab} onValueChange={setTab}>
          <TabsList aria-label="Ways to add funds">
            {features.faucet ? <TabsTrigger value="faucet">Faucet</TabsTrigger> : null}
            <TabsTrigger value="transfer">Transfer</TabsTrigger>
            {features.onramp ? <TabsTrigger value="onramp">Buy with Coinbase</TabsTrigger> : null}
            <TabsTrigger value="bridge">Bridge</TabsTrigger>
          </TabsList>
          <TabsContent value="faucet">
            <div className="grid gap-3">
              <p className="text-ink-muted">
                This is the local chain: its USDC is test money, and the faucet gives as much as you like.
              </p>
              <FaucetButton address={walletAddress} variant="primary" className="justify-self-start" />
            </div>
          </TabsContent>
          <TabsContent value="transfer">
            <Transfer walletAddress={walletAddress} />
          </TabsContent>
          {features.onramp ? (
            <TabsContent value="onramp">
              <OnrampCard walletAddress={walletAddress} />
            </TabsContent>
          ) : null}
          <TabsContent value="bridge">
            <Bridges walletAddress={walletAddress} />
          </TabsContent>
        </Tabs>
      </DialogContent>
    </Dialog>
  )
}

function Transfer({ walletAddress }: { walletAddress: `0x${string}` }) {
  const { usdcAddress, chainName, network } = useConfig()
  return (
    <div className="grid gap-5">
      <p className="text-ink-muted">
        Send USDC to this address on {chainName}. From an exchange, choose {chainName} as the network; what
        arrives on another network is lost to this console.
      </p>
      <AddressToPay walletAddress={walletAddress} />
      <div className="grid gap-1.5">
        <p className="text-[0.8125rem] font-medium">
          {network === 'local' ? 'USDC’s stand-in on the local chain' : `Circle’s USDC on ${chainName}`}
        </p>
        <div className="flex items-center justify-between gap-2 rounded-lg border px-3 py-2">
          <Address address={usdcAddress} isFull isPlain />
          <CopyButton value={usdcAddress} what="USDC contract address" />
        </div>
        <p className="text-[0.8125rem] text-ink-muted">
          Any other token that calls itself USDC, bridged USDbC too, is not counted.
        </p>
      </div>
    </div>
  )
}

function Bridges({ walletAddress }: { walletAddress: `0x${string}` }) {
  const { environment, chainName } = useConfig()
  return (
    <div className="grid gap-4">
      {environment === 'TEST' ? (
        <Notice tone="caution" title={`Bridges do not reach ${chainName}`}>
          They move real USDC to Base. This console runs on a test network.
        </Notice>
      ) : null}
      <ul className="grid gap-2">
        {bridges.map(({ name, url, choose, takes }) => (
          <li key={name} className="rounded-lg border px-4 py-3">
            <a
              href={url}
              target="_blank"
              rel="noreferrer"
              className="inline-flex items-center gap-1.5 font-medium text-accent-ink underline-offset-4 hover:underline"
            >
              {name}
              <ExternalLink aria-hidden className="size-3.5" />
              <span className="sr-only">(opens another site)</span>
            </a>
            <p className="text-[0.8125rem] text-ink-muted">
              {choose} {takes}
            </p>
          </li>
        ))}
      </ul>
      <div className="grid gap-1.5">
        <p className="text-[0.8125rem] font-medium">Receiver</p>
        <div className="flex items-center justify-between gap-2 rounded-lg border px-3 py-2">
          <Address address={walletAddress} isFull isPlain />
          <CopyButton value={walletAddress} what="wallet address" />
        </div>
      </div>
    </div>
  )
}
