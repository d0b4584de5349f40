'use client'

import type { ReactNode } from 'react'
import { Address } from '../address/address'
import { Notice } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { ConnectChoice } from './connect-choice'
import { useWalletAccess } from './use-wallet-access'
import { WrongNetworkNotice } from './wrong-network-notice'

type WalletGateProps = { walletAddress: `0x${string}`; children: ReactNode }

/** Shows its children when the workspace's own wallet is connected on the right network; else what is in the way. */
export function WalletGate({ walletAddress, children }: WalletGateProps) {
  const { access, connected } = useWalletAccess(walletAddress)
  if (access === 'ready') return children
  if (access === 'looking') return <Spinner>Looking for your wallet</Spinner>
  if (access === 'wrong-network') return <WrongNetworkNotice />
  if (access === 'viewer') {
    return (
      <Notice title="You can look at this workspace">
        Your role is viewer. Only the workspace’s wallet moves its money; ask an owner.
      </Notice>
    )
  }
  if (access === 'not-connected') return <Connect walletAddress={walletAddress} />
  return (
    <Notice tone="caution" title="Another account is connected">
      <span className="grid gap-2">
        <span>Money moves only with the workspace’s own wallet. Switch the account in your wallet.</span>
        <span className="grid gap-1">
          Needed: <Address address={walletAddress} isFull isPlain />
        </span>
        {connected ? (
          <span className="grid gap-1">
            Connected: <Address address={connected} isFull isPlain />
          </span>
        ) : null}
      </span>
    </Notice>
  )
}

function Connect({ walletAddress }: { walletAddress: `0x${string}` }) {
  return (
    <div className="grid gap-3">
      <p className="text-ink-muted">Connect the workspace’s wallet:</p>
      <Address address={walletAddress} isFull isPlain />
      <ConnectChoice />
    </div>
  )
}
