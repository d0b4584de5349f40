'use client'

import type { ReactNode } from 'react'
import { Address } from '../address/address'
import { Notice } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { ConnectChoice } from './connect-choice'
import { useSigner } from './use-signer'
import { WrongNetworkNotice } from './wrong-network-notice'

type ConnectGateProps = {
  /** The account that has to sign: the signed-in address. */
  address: string
  /** What the wallet is needed for: "to sign the invitation". */
  purpose: string
  children: ReactNode
}

/** Shows its children once the wallet with this account is connected on the right network; until then it helps to get there. */
export function ConnectGate({ address, purpose, children }: ConnectGateProps) {
  const { state, connected } = useSigner(address)
  if (state === 'ready') return children
  if (state === 'looking') return <Spinner>Looking for your wallet</Spinner>
  if (state === 'wrong-network') {
    return (
      <WrongNetworkNotice>
        The wallet is needed {purpose}, and signs only on the network that it is on. Switch it first.
      </WrongNetworkNotice>
    )
  }
  if (connected) {
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
            In the wallet: <Address address={connected} isPlain />
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
