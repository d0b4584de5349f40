import { Amount } from '../money/amount'
import { cn } from '../ui/cn'
import type { EventEffect } from './event-effect'

type EventAmountProps = { effect: EventEffect; isExact?: boolean; isTakenBack?: boolean; className?: string }

/** The amount with the sign it has for this workspace; "Unlimited" for an approval without limit. */
export function EventAmount({ effect, isExact, isTakenBack, className }: EventAmountProps) {
  const { amount, direction } = effect
  if (amount === null) return <span className={cn('text-ink-muted', className)}>Unlimited</span>
  const isMoney = direction !== 'none'
  return (
    <Amount
      value={amount}
      isSigned={isMoney}
      isExact={isExact}
      className={cn(
        'font-medium',
        direction.endsWith('-in') && 'text-positive',
        !isMoney && 'font-normal text-ink-muted',
        isTakenBack && 'text-ink-muted line-through',
        className,
      )}
    />
  )
}
