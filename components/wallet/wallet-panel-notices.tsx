'use client'

import { relativeTime } from '../ui/format-time'
import { Notice } from '../ui/notice'
import { useNow } from '../ui/use-now'
import type { WalletAccess } from './use-wallet-access'
import type { FiguresState } from './use-wallet-figures'
import { WrongNetworkNotice } from './wrong-network-notice'

/** What holds now and changes what can be done: paused, no answer from the chain, another network. */
export function PanelNotices({ state, access }: { state: FiguresState; access: WalletAccess }) {
  const now = useNow()
  const { figures, source, seenAt, isUnreachable, staleAfterMilliseconds } = state
  const age = now === null || seenAt === null ? null : now - seenAt
  const isStale = age !== null && age > staleAfterMilliseconds
  return (
    <div className="grid gap-3 empty:hidden">
      {figures?.isPaused ? (
        <Notice tone="caution" title="Top up is paused">
          The pool takes no deposits at the moment. Withdrawing is never paused: the contract gives no role
          the power to stop it.
        </Notice>
      ) : null}
      {isUnreachable && (isStale || figures === null || source === 'server') ? (
        <Notice tone="caution" title="The chain’s RPC does not answer this browser">
          {figures === null
            ? 'No figures can be shown until it does. Nothing has moved.'
            : source === 'server'
              ? `These figures are the console’s own reading${ageWords(seenAt, now)}. Nothing can be sent until it answers.`
              : `These are the last known figures${ageWords(seenAt, now)}. Nothing can be sent until it answers.`}
        </Notice>
      ) : isStale ? (
        <Notice tone="caution" title={`Last block${ageWords(seenAt, now)}`}>
          New blocks stay away, so the figures may be older than they look.
        </Notice>
      ) : null}
      {access === 'wrong-network' ? <WrongNetworkNotice /> : null}
      {access === 'viewer' ? (
        <Notice>You can look at this workspace. Its money is moved by its own wallet.</Notice>
      ) : null}
    </div>
  )
}

function ageWords(seenAt: number | null, now: number | null): string {
  return seenAt === null || now === null ? '' : ` ${relativeTime(Math.min(seenAt, now), now)}`
}
