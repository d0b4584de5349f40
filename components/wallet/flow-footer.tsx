'use client'

import { Button } from '../ui/button'
import { currentIndex, isFinished } from './flow-machine'
import type { Flow, StageName } from './flow-schema'
import type { FlowHandle } from './use-flow'

type FlowFooterProps = {
  flow: Flow
  handle: FlowHandle
  /** Closes the dialog; a finished flow is forgotten by that. */
  onClose: () => void
  canSign: boolean
}

/** What a press that goes on is called, at each stage where a person decides. */
export const AGAIN_WORDS: Partial<Record<StageName, string>> = {
  waiting: 'Continue',
  rejected: 'Ask the wallet again',
  interrupted: 'Ask the wallet again',
  failed: 'Try again',
  cancelled: 'Send again',
  superseded: 'Send again',
  dropped: 'Send again',
  unclaimed: 'Claim again',
}

/** What can be done now: wait, go on, look again, start over, or close. */
export function FlowFooter({ flow, handle, onClose, canSign }: FlowFooterProps) {
  if (isFinished(flow)) {
    return (
      <Button variant="primary" onClick={onClose}>
        Done
      </Button>
    )
  }
  const stage = flow.steps[currentIndex(flow)]?.state.stage
  const again = stage && AGAIN_WORDS[stage]
  if (handle.isRunning || handle.isElsewhere) {
    return <Button onClick={onClose}>{stage === 'signing' ? 'Hide' : 'Close, it goes on'}</Button>
  }
  return (
    <>
      <Button onClick={handle.dismiss}>{stage === 'reverted' ? 'Back to the amount' : 'Cancel'}</Button>
      {stage === 'dropped' ? <Button onClick={handle.lookAgain}>Look again</Button> : null}
      {again ? (
        <Button variant="primary" disabled={!canSign} onClick={handle.goOn}>
          {again}
        </Button>
      ) : null}
    </>
  )
}
