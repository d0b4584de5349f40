'use client'

import { CircleCheck } from 'lucide-react'
import { useSwitchChain } from 'wagmi'
import { formatUsdc } from '@/domain/money'
import { TxLink } from '../address/tx-link'
import { useConfig } from '../config/config-context'
import { Amount } from '../money/amount'
import { FaucetButton } from '../test-wallet/faucet-button'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { Stepper } from '../ui/stepper'
import { currentIndex, isFinished, isStopped } from './flow-machine'
import type { Flow, StepStage } from './flow-schema'
import { stepsOf } from './flow-steps'
import type { FlowHandle } from './use-flow'

type FlowProgressProps = {
  flow: Flow
  handle: FlowHandle
  /** The pool's balance now, for the receipt; null where the pool has no part in it. */
  pool: bigint | null
  onAddFunds: (() => void) | null
  onGasless: (() => void) | null
}

const WORDS: Record<Flow['kind'], { label: string; done: string }> = {
  'top-up': { label: 'Top up', done: 'Topped up' },
  withdraw: { label: 'Withdraw', done: 'Withdrawn' },
  prepay: { label: 'Payment', done: 'Paid' },
  fund: { label: 'Funding the payout wallet', done: 'The payout wallet received' },
}

/** Where a flow stands, step by step; a receipt at its end; what helps when it stopped. */
export function FlowProgress({ flow, handle, pool, onAddFunds, onGasless }: FlowProgressProps) {
  if (isFinished(flow)) return <Receipt flow={flow} pool={pool} />
  const state = flow.steps[currentIndex(flow)]?.state
  return (
    <div className="grid gap-4">
      <Stepper label={WORDS[flow.kind].label} steps={stepsOf(flow, handle)} />
      {handle.isElsewhere ? (
        <Notice title="Another tab drives this">It goes on there; this page follows.</Notice>
      ) : null}
      {handle.isReachable ? null : (
        <Notice tone="caution" title="No answer at the moment">
          What was sent is on its way all the same. This page keeps asking and goes on by itself.
        </Notice>
      )}
      {state && isStopped(flow) ? (
        <Help state={state} wallet={flow.wallet} onAddFunds={onAddFunds} onGasless={onGasless} />
      ) : null}
    </div>
  )
}

function Receipt({ flow, pool }: { flow: Flow; pool: bigint | null }) {
  const hash = flow.steps.map(({ state }) => (state.stage === 'done' ? state.hash : null)).at(-1)
  return (
    <div className="grid justify-items-center gap-3 py-4 text-center" role="status">
      <CircleCheck aria-hidden className="size-10 text-positive" />
      <div className="grid gap-1">
        <p className="text-base font-semibold">
          {WORDS[flow.kind].done} {formatUsdc(BigInt(flow.amount))} USDC
        </p>
        {pool === null ? null : (
          <p className="text-ink-muted">
            The pool now holds <Amount value={pool} />.
          </p>
        )}
      </div>
      {hash ? <TxLink hash={hash} label="See the transaction" /> : null}
    </div>
  )
}

type HelpProps = Pick<FlowProgressProps, 'onAddFunds' | 'onGasless'> & {
  state: StepStage
  wallet: `0x${string}`
}

function Help({ state, wallet, onAddFunds, onGasless }: HelpProps) {
  const { chainId, chainName, rpcUrl } = useConfig()
  const switchChain = useSwitchChain()
  if (state.stage !== 'failed') return null
  if (state.problem === 'no-usdc') {
    return (
      <div className="flex flex-wrap gap-2">
        <FaucetButton address={wallet} />
        {onAddFunds ? <Button onClick={onAddFunds}>Add funds</Button> : null}
      </div>
    )
  }
  if (state.problem === 'no-gas') {
    return (
      <div className="flex flex-wrap gap-2">
        <FaucetButton address={wallet} label="Get test ETH" />
        {onGasless ? <Button onClick={onGasless}>Deposit without gas instead</Button> : null}
      </div>
    )
  }
  if (state.problem !== 'wrong-network') return null
  return (
    <div>
      <Button
        pending={switchChain.isPending && 'Confirm in your wallet'}
        onClick={() =>
          switchChain.mutate({ chainId, addEthereumChainParameter: { rpcUrls: [rpcUrl], chainName } })
        }
      >
        Switch to {chainName}
      </Button>
    </div>
  )
}
