'use client'

import { useConnection } from 'wagmi'
import { parseAddress } from '@/domain/address'
import { shortAddress } from '../address/short-address'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { useIsHydrated } from './use-is-hydrated'
import { useSignIn } from './use-sign-in'

/** Appears when the wallet's account is not the one that signed in: what is signed would come from somebody else. */
export function WalletMismatchNotice({ signedInAddress }: { signedInAddress: string }) {
  const { address, isConnected } = useConnection()
  const { state, signIn } = useSignIn()
  const isHydrated = useIsHydrated()
  if (!isHydrated || !isConnected || !address) return null
  if (parseAddress(address) === parseAddress(signedInAddress)) return null
  const pending =
    state.stage === 'signing' ? 'Confirm in your wallet' : state.stage === 'verifying' ? 'Checking' : null
  return (
    <Notice
      tone="caution"
      title={`Your wallet now uses ${shortAddress(address)}, but you are signed in as ${shortAddress(signedInAddress)}`}
      action={
        <Button size="sm" pending={pending} onClick={() => signIn()}>
          Sign in as {shortAddress(address)}
        </Button>
      }
    >
      {state.stage === 'declined'
        ? 'You declined; you are still signed in as before.'
        : state.stage === 'failed'
          ? state.why
          : 'Switch the account back in the wallet, or sign in with the new one. Nothing is sent from the wrong account.'}
    </Notice>
  )
}
