'use client'

import { Button } from '../ui/button'
import { AGAIN_WORDS } from '../wallet/flow-footer'
import type { Flow, StepStage } from '../wallet/flow-schema'
import type { FlowHandle } from '../wallet/use-flow'
import { isWorthClaimingAgain } from './outcome-words'
import type { ConnectedWallet } from './use-connected-wallet'

type PrepayActionsProps = { flow: Flow; state: StepStage; handle: FlowHandle; wallet: ConnectedWallet }

/** What can be done now with a payment that waits for a person; nothing while it goes on by itself. */
export function PrepayActions({ flow, state, handle, wallet }: PrepayActionsProps) {
  if (handle.isRunning || handle.isElsewhere) return null
  const { stage } = state
  const isClaim = stage === 'unclaimed'
  const isSender = wallet.address?.toLowerCase() === flow.wallet.toLowerCase()
  const canAct = isClaim || (wallet.state === 'ready' && isSender)
  const again = isClaim && !isWorthClaimingAgain(state.code) ? undefined : AGAIN_WORDS[stage]
  return (
    <div className="flex flex-col gap-2 [&_button]:h-11">
      {again ? (
        <Button variant="primary" disabled={!canAct} onClick={handle.goOn}>
          {again}
        </Button>
      ) : null}
      {again && !canAct ? (
        <p className="text-[0.8125rem] text-ink-muted">
          This needs the wallet that it began with, connected on the right network.
        </p>
      ) : null}
      {stage === 'dropped' ? <Button onClick={handle.lookAgain}>Look again</Button> : null}
      <Button onClick={handle.dismiss}>{isClaim ? 'Put it aside' : 'Back to the amount'}</Button>
    </div>
  )
}
