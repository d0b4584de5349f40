'use client'

import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { isFinished, isStopped } from './flow-machine'
import { flowLine } from './flow-steps'
import type { FlowHandle } from './use-flow'

/** A flow under way, in one line of the panel: it goes on while its dialog is closed. Empty when there is none. */
export function FlowStrip({ handle, onOpen }: { handle: FlowHandle; onOpen: () => void }) {
  const { flow } = handle
  if (!flow) return null
  const isWaitingForPerson = isStopped(flow) || (!handle.isRunning && !isFinished(flow))
  return (
    <Notice
      tone={isFinished(flow) ? 'positive' : isWaitingForPerson ? 'caution' : 'info'}
      action={
        <>
          {isFinished(flow) ? (
            <Button size="sm" onClick={handle.dismiss}>
              Hide
            </Button>
          ) : null}
          <Button size="sm" onClick={onOpen}>
            {isFinished(flow) ? 'Show receipt' : isWaitingForPerson ? 'Continue' : 'Show'}
          </Button>
        </>
      }
    >
      <span className="figures text-ink">{flowLine(flow)}</span>
    </Notice>
  )
}
