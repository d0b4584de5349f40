'use client'

import { shortAddress } from '../address/short-address'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { useSignIn } from './use-sign-in'

type WalletMismatchProps = { address: string; signedInAddress: string }

/** Says which account the wallet uses and which one signed in, and offers to sign in with the wallet's. */
export function WalletMismatch({ address, signedInAddress }: WalletMismatchProps) {
  const { state, signIn } = useSignIn()
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
