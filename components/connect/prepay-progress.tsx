'use client'

import { CircleCheck } from 'lucide-react'
import Link from 'next/link'
import { useRef } from 'react'
import { NETWORKS } from '@/domain/networks'
import { TxLink } from '../address/tx-link'
import { useConfig } from '../config/config-context'
import { Amount } from '../money/amount'
import { FaucetButton } from '../test-wallet/faucet-button'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { Stepper } from '../ui/stepper'
import { useNow } from '../ui/use-now'
import { isFinished, isStopped } from '../wallet/flow-machine'
import type { Flow, StepStage } from '../wallet/flow-schema'
import { secondsLeft } from '../wallet/seconds-left'
import type { FlowHandle } from '../wallet/use-flow'
import { WrongNetworkNotice } from '../wallet/wrong-network-notice'
import { connectPath } from './connect-nav'
import type { KeptAgent } from './kept-agents'
import { LinkWallet } from './link-wallet'
import { PrepayActions } from './prepay-actions'
import { prepaySteps } from './prepay-steps'
import type { ConnectedWallet } from './use-connected-wallet'

type PrepayProgressProps = {
  flow: Flow
  handle: FlowHandle
  wallet: ConnectedWallet
  bearer: KeptAgent | null
  onLinked: () => void
}

/** Where a prepaid payment stands, what helps when it stopped, and its receipt. */
export function PrepayProgress({ flow, handle, wallet, bearer, onLinked }: PrepayProgressProps) {
  const left = useSecondsLeft(flow)
  const state = flow.steps[0]?.state
  if (!state || isFinished(flow)) return <Receipt flow={flow} onDone={handle.dismiss} />
  const hash = 'hash' in state ? state.hash : null
  return (
    <>
      <p className="text-ink-muted">
        <Amount value={flow.amount} className="font-medium text-ink" /> to the agent’s balance.
      </p>
      <Stepper label="Top up" steps={prepaySteps({ flow, isRunning: handle.isRunning, secondsLeft: left })} />
      {hash ? (
        <p className="flex flex-wrap items-center gap-2 text-[0.8125rem] text-ink-muted">
          Transaction <TxLink hash={hash} />
        </p>
      ) : null}
      {state.stage === 'sent' || state.stage === 'in-block' || state.stage === 'paying' ? (
        <p className="text-[0.8125rem] text-ink-muted">
          You can leave this page: it goes on by itself, and this is where you find it again.
        </p>
      ) : null}
      {handle.isElsewhere ? (
        <Notice title="Another tab drives this">It goes on there; this page follows.</Notice>
      ) : null}
      {handle.isReachable ? null : (
        <Notice tone="caution" title="No answer at the moment">
          What was sent is on its way all the same. This page keeps asking and goes on by itself.
        </Notice>
      )}
      {isStopped(flow) ? <Help {...{ flow, state, wallet, bearer, onLinked }} /> : null}
      <PrepayActions flow={flow} state={state} handle={handle} wallet={wallet} />
    </>
  )
}

function Receipt({ flow, onDone }: { flow: Flow; onDone: () => void }) {
  const state = flow.steps[0]?.state
  if (state?.stage !== 'done') return null
  const { hash, credit } = state
  return (
    <div className="grid gap-4">
      <div className="grid justify-items-center gap-3 pt-2 text-center" role="status">
        <CircleCheck aria-hidden className="size-10 text-positive" />
        <div className="grid gap-1">
          <p className="text-base font-semibold">
            Credited <Amount value={credit?.amount ?? flow.amount} />
          </p>
          {credit ? (
            <p className="text-ink-muted">
              The agent’s balance is now <Amount value={credit.balance} className="font-medium text-ink" />.
            </p>
          ) : null}
        </div>
        {hash ? <TxLink hash={hash} label="See the transaction" /> : null}
      </div>
      <Button variant="primary" size="lg" onClick={onDone}>
        Done
      </Button>
    </div>
  )
}

type HelpProps = Omit<PrepayProgressProps, 'handle'> & { state: StepStage }

function Help({ flow, state, wallet, bearer, onLinked }: HelpProps) {
  if (state.stage === 'failed') {
    if (state.problem === 'wrong-network') return <WrongNetworkNotice />
    if (state.problem !== 'no-usdc' && state.problem !== 'no-gas') return null
    return (
      <div>
        <FaucetButton address={flow.wallet} {...(state.problem === 'no-gas' && { label: 'Get test ETH' })} />
      </div>
    )
  }
  if (state.stage !== 'unclaimed') return null
  if (state.code === 'unauthenticated') {
    return (
      <div>
        <Button asChild>
          <Link href={connectPath('recover')}>Recover the agent</Link>
        </Button>
      </div>
    )
  }
  const isSender = wallet.address?.toLowerCase() === flow.wallet.toLowerCase()
  if (state.code !== 'SENDER_NOT_LINKED' || !bearer || !isSender || !wallet.address) return null
  return <LinkWallet agent={bearer} address={wallet.address} onLinked={onLinked} />
}

// Counted from when this page saw the newest confirmation.
function useSecondsLeft(flow: Flow): number {
  const { network } = useConfig()
  const now = useNow()
  const state = flow.steps[0]?.state
  const confirmations = state?.stage === 'in-block' ? state.confirmations : 0
  const seen = useRef<{ confirmations: number; at: number } | null>(null)
  if (now === null) return 0
  if (seen.current?.confirmations !== confirmations) seen.current = { confirmations, at: now }
  return secondsLeft({
    confirmations,
    required: flow.prepay?.confirmationsRequired ?? 0,
    blockTimeSeconds: NETWORKS[network].blockTimeSeconds,
    seenAt: seen.current.at,
    now,
  })
}
