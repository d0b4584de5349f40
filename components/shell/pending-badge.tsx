'use client'

import { usePendingCount } from '../approvals/use-pending-count'
import { cn } from '../ui/cn'

const MOST = 99

/** How many payouts wait for this person's decision, beside the name of their page; nothing while none does. */
export function PendingBadge({ className }: { className?: string }) {
  const { forMe: count } = usePendingCount()
  if (count === 0) return null
  return (
    <span
      className={cn(
        'figures inline-flex h-5 min-w-5 items-center justify-center rounded-full bg-accent px-1.5 text-[0.6875rem] font-semibold text-on-accent',
        className,
      )}
    >
      {count > MOST ? `${MOST}+` : count}
      <span className="sr-only"> waiting for you</span>
    </span>
  )
}
