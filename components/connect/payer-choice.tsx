'use client'

import { checksummed } from '@/domain/address'
import { shortAddress } from '../address/short-address'
import { Notice } from '../ui/notice'
import { RadioCards } from '../ui/radio-cards'
import { Spinner } from '../ui/spinner'
import { ConnectChoice } from '../wallet/connect-choice'
import { isLinked } from './is-linked'
import type { KeptAgent } from './kept-agents'
import { LinkWallet } from './link-wallet'
import type { ConnectedWallet } from './use-connected-wallet'

/** The account that pays: the one picked, else the connected one, else the first linked one. */
export function payerOf({
  picked,
  connected,
  linked,
}: {
  picked: `0x${string}` | null
  connected: `0x${string}` | undefined
  linked: readonly `0x${string}`[]
}): `0x${string}` | null {
  return picked ?? connected ?? linked[0] ?? null
}

type PayerChoiceProps = {
  payer: `0x${string}` | null
  wallet: ConnectedWallet
  linked: readonly `0x${string}`[]
  /** Without the bearer nothing can be linked here. */
  bearer: KeptAgent | null
  onPick: (address: `0x${string}`) => void
  onLinked: () => void
}

/** Which linked wallet pays; the connected one stands first, and is linked here when it is not. */
export function PayerChoice({ payer, wallet, linked, bearer, onPick, onLinked }: PayerChoiceProps) {
  const { address: connected } = wallet
  const choices = [
    ...(connected ? [connected] : []),
    ...linked.map(checksummed).filter((address) => address !== connected),
  ]
  const isPayerLinked = payer !== null && isLinked(linked, payer)
  return (
    <div className="grid gap-3">
      {choices.length > 0 && payer ? (
        <RadioCards
          legend="From"
          value={checksummed(payer)}
          onValueChange={onPick}
          options={choices.map((address) => ({
            value: address,
            label: shortAddress(address),
            description: choiceWords(address === connected, isLinked(linked, address)),
          }))}
        />
      ) : null}
      {wallet.state === 'looking' ? <Spinner>Looking for your wallet</Spinner> : null}
      {wallet.state === 'none' ? (
        <div className="grid gap-3">
          <p className="text-[0.8125rem] text-ink-muted">Connect the wallet that pays:</p>
          <ConnectChoice />
        </div>
      ) : null}
      {connected && payer && payer !== connected ? (
        <Notice tone="caution" title={`Choose ${shortAddress(payer)} in your wallet`}>
          Your wallet uses {shortAddress(connected)} now. Switch its account, or pick that one here.
        </Notice>
      ) : null}
      {connected && payer === connected && !isPayerLinked ? (
        bearer ? (
          <div className="grid gap-2">
            <p className="font-medium">Link it first</p>
            <LinkWallet agent={bearer} address={connected} onLinked={onLinked} />
          </div>
        ) : (
          <Notice tone="caution" title="This wallet is not linked to the agent">
            USDC that it sends would not be credited. Choose a linked account in your wallet, or link this one
            in the browser that keeps the agent’s bearer.
          </Notice>
        )
      ) : null}
    </div>
  )
}

function choiceWords(isConnected: boolean, isKnown: boolean): string {
  if (!isConnected) return 'Linked'
  return isKnown ? 'Linked and connected' : 'Connected, not linked yet'
}
