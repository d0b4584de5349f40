'use client'

import { Radio, TriangleAlert, Unplug } from 'lucide-react'
import { Badge } from '../ui/badge'
import { relativeTime } from '../ui/format-time'
import { useNow } from '../ui/use-now'
import { useHeadBlock } from './use-head-block'

/** How fresh the figures are: "last block 2 s ago", amber when blocks stay away. */
export function BlockBadge({ className }: { className?: string }) {
  const { number, seenAt, staleAfterMilliseconds, isError } = useHeadBlock()
  const now = useNow()
  if (now === null || (seenAt === null && !isError)) {
    return (
      <Badge icon={Radio} className={className}>
        Looking for blocks
      </Badge>
    )
  }
  if (seenAt === null) {
    return (
      <Badge
        tone="caution"
        icon={Unplug}
        className={className}
        hint="This browser cannot reach the chain's RPC. Figures come from the console's server and may be old; nothing can be sent until it answers."
      >
        Chain not reachable
      </Badge>
    )
  }
  const isStale = now - seenAt > staleAfterMilliseconds
  return (
    <Badge
      tone={isStale ? 'caution' : 'neutral'}
      icon={isStale ? TriangleAlert : Radio}
      className={className}
      hint={
        isStale
          ? `Block ${number} is the newest this browser got. Figures may be older than they look.`
          : `Block ${number}. Balances are read again with every block.`
      }
    >
      <span className="figures">last block {relativeTime(Math.min(seenAt, now), now)}</span>
    </Badge>
  )
}
