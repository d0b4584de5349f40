'use client'

import Link from 'next/link'
import { Button } from '../ui/button'
import { ErrorState } from '../ui/error-state'
import { connectPath } from './connect-nav'
import type { KeptAgent } from './kept-agents'

type RefusedBearerProps = { agent: KeptAgent; onForget: () => void; onMint: (() => void) | null }

/** The bearer that this browser keeps opens nothing any more: why that can be, and the ways out. */
export function RefusedBearer({ agent, onForget, onMint }: RefusedBearerProps) {
  return (
    <ErrorState
      title="The bearer kept in this browser no longer works"
      money="The agent’s balance stays what it is, and a transfer under way can still be claimed with a new bearer."
      action={
        <>
          <Button asChild size="sm" variant="primary">
            <Link href={connectPath('recover')}>Recover with a wallet</Link>
          </Button>
          {onMint ? (
            <Button size="sm" onClick={onMint}>
              Make another agent
            </Button>
          ) : null}
          <Button size="sm" onClick={onForget}>
            Forget it
          </Button>
        </>
      }
    >
      The console does not know it, or it was rotated, revoked or replaced. If somebody rotated the bearer of{' '}
      {agent.name}, ask them for the new one; if it was lost, the wallet that the agent was made with gets it
      a new one.
    </ErrorState>
  )
}
