'use client'

import { ShieldCheck } from 'lucide-react'
import { useConnection } from 'wagmi'
import { Address } from '../address/address'
import { Button } from '../ui/button'
import { Card } from '../ui/card'
import { ErrorState } from '../ui/error-state'
import { Notice } from '../ui/notice'
import { type Step, Stepper, type StepState } from '../ui/stepper'
import { WrongNetworkNotice } from '../wallet/wrong-network-notice'
import { useIsHydrated } from './use-is-hydrated'
import { type SignInState, useSignIn } from './use-sign-in'
import { WalletChoice } from './wallet-choice'

/** Sign-in: says what the wallet will ask before it asks, what is awaited while it asks, and what came of it. */
export function SignInCard() {
  const { state, signIn, reset } = useSignIn()
  const { address, isConnected } = useConnection()
  const isHydrated = useIsHydrated()
  const isBusy = ['connecting', 'signing', 'verifying', 'done'].includes(state.stage)
  const isReturning = isHydrated && isConnected && address
  return (
    <Card aria-labelledby="sign-in-title" className="p-6">
      <h2 id="sign-in-title" className="text-lg font-semibold">
        Sign in with your wallet
      </h2>
      <p className="mt-1 text-ink-muted">
        The wallet asks twice: to connect, then to sign a message that proves the address is yours.
      </p>
      <div className="mt-5 grid gap-4">
        {isBusy ? (
          <Stepper label="Sign in" steps={stepsOf(state)} />
        ) : isReturning ? (
          <div className="grid gap-3">
            <div className="flex items-center justify-between gap-3 rounded-lg border px-3 py-2.5">
              <Address address={address} isPlain />
              <span className="text-[0.8125rem] text-ink-muted">Connected</span>
            </div>
            <Button variant="primary" size="lg" onClick={() => signIn()}>
              Sign the message
            </Button>
          </div>
        ) : null}
        {isReturning && !isBusy ? (
          <p className="text-[0.8125rem] text-ink-muted">Or use another wallet:</p>
        ) : null}
        {isBusy ? null : <WalletChoice onChoose={signIn} />}
        <Outcome state={state} onDismiss={reset} />
        <WrongNetworkNotice />
        <p className="flex items-start gap-2 text-[0.8125rem] text-ink-muted">
          <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
          Signing in sends no transaction, costs no gas and gives no permission to move funds.
        </p>
      </div>
    </Card>
  )
}

function Outcome({ state, onDismiss }: { state: SignInState; onDismiss: () => void }) {
  if (state.stage === 'declined') {
    return (
      <Notice tone="caution" title="You declined in the wallet">
        {state.at === 'connecting' ? 'The wallet was not connected.' : 'The message was not signed.'} Nothing
        happened; choose a wallet whenever you like.
      </Notice>
    )
  }
  if (state.stage === 'failed') {
    return (
      <ErrorState
        title={state.title}
        money="You are not signed in, and no money moved."
        requestId={state.requestId}
        action={
          <Button size="sm" onClick={onDismiss}>
            Start again
          </Button>
        }
      >
        {state.why}
      </ErrorState>
    )
  }
  return null
}

function stepsOf(state: SignInState): Step[] {
  const walletName = state.stage === 'connecting' ? state.walletName : 'your wallet'
  return [
    {
      id: 'connect',
      title: `Connect ${walletName}`,
      state: state.stage === 'connecting' ? { stage: 'confirm-in-wallet' } : { stage: 'done' },
    },
    {
      id: 'sign',
      title: 'Sign the message',
      description: 'It names this site and a number that serves once.',
      state: signStep(state),
    },
  ]
}

function signStep({ stage }: SignInState): StepState {
  if (stage === 'signing') return { stage: 'confirm-in-wallet' }
  if (stage === 'verifying') return { stage: 'working', words: 'Checking the signature' }
  if (stage === 'done') return { stage: 'working', words: 'Signed in. Opening your workspace' }
  return { stage: 'waiting' }
}
