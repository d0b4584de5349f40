'use client'

import type { ReactNode } from 'react'
import { useConnection } from 'wagmi'
import { parseAddress } from '@/domain/address'
import { Address } from '../address/address'
import { Notice } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { ConnectChoice } from './connect-choice'

type ConnectGateProps = {
  /** The account that has to sign: the signed-in address. */
  address: string
  /** What the wallet is needed for: "to sign the invitation". */
  purpose: string
  children: ReactNode
}

/** Shows its children once the wallet with this account is connected; until then it helps to connect it. */
export function ConnectGate({ address, purpose, children }: ConnectGateProps) {
  const connection = useConnection()
  if (connection.address && parseAddress(connection.address) === parseAddress(address)) return children
  if (connection.isReconnecting) return <Spinner>Looking for your wallet</Spinner>
  if (connection.address) {
    return (
      <Notice tone="caution" title="Switch the account in your wallet">
        <span className="grid gap-2">
          <span>
            The wallet is needed {purpose}. It has to use the account that signed in; now it uses another one.
          </span>
          <span className="flex flex-wrap items-center gap-2">
            Needed: <Address address={address} isPlain />
          </span>
          <span className="flex flex-wrap items-center gap-2">
            In the wallet: <Address address={connection.address} isPlain />
          </span>
        </span>
      </Notice>
    )
  }
  return (
    <div className="grid gap-3">
      <p className="text-ink-muted">Connect the wallet you signed in with {purpose}.</p>
      <ConnectChoice />
    </div>
  )
}
