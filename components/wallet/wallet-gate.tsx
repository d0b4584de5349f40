'use client'

import type { ReactNode } from 'react'
import { useConnect } from 'wagmi'
import { Address } from '../address/address'
import { WalletChoice } from '../auth/wallet-choice'
import { Notice } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { isRejection } from './is-rejection'
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
  const connect = useConnect()
  return (
    <div className="grid gap-3">
      <p className="text-ink-muted">Connect the workspace’s wallet:</p>
      <Address address={walletAddress} isFull isPlain />
      <WalletChoice onChoose={(connector) => connect.mutate({ connector })} />
      {connect.isPending ? <Spinner>Confirm in your wallet</Spinner> : null}
      {connect.isError ? (
        <Notice
          tone="caution"
          title={isRejection(connect.error) ? 'You declined in the wallet' : 'The wallet did not connect'}
        >
          {isRejection(connect.error) ? 'Nothing happened.' : connect.error.message.split('\n')[0]}
        </Notice>
      ) : null}
    </div>
  )
}
