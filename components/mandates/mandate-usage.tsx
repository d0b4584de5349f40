import type { MandateView } from '@/domain/mandate'
import { formatUsdc } from '@/domain/money'
import { Amount } from '../money/amount'
import { cn } from '../ui/cn'

type Usage = Pick<MandateView, 'limitAmount' | 'spentAmount' | 'pendingSpentAmount' | 'remainingAmount'>

type MandateUsageProps = {
  mandate: Usage
  /** With the three amounts in words below the bar. */
  hasLegend?: boolean
  className?: string
}

/** How much of the limit is spent, on its way and left, as one bar. */
export function MandateUsage({ mandate, hasLegend, className }: MandateUsageProps) {
  const [limit, spent, pending] = [mandate.limitAmount, mandate.spentAmount, mandate.pendingSpentAmount].map(
    BigInt,
  )
  const words = `${usdc(spent)} spent, ${usdc(pending)} on its way, ${usdc(BigInt(mandate.remainingAmount))} left of ${usdc(limit)}`
  return (
    <div className={cn('grid min-w-0 gap-2', className)}>
      <div
        role="img"
        aria-label={words}
        title={words}
        className="flex h-2 gap-px overflow-hidden rounded-full border border-line-strong bg-sunken"
      >
        <span className="bg-accent" style={{ width: share(spent, limit) }} />
        <span className="bg-accent-mid" style={{ width: share(pending, limit) }} />
      </div>
      {hasLegend ? (
        <dl className="grid grid-cols-3 gap-2 text-[0.8125rem]">
          <Part label="Spent" value={mandate.spentAmount} mark="bg-accent" />
          <Part label="On its way" value={mandate.pendingSpentAmount} mark="bg-accent-mid" />
          <Part label="Left" value={mandate.remainingAmount} mark="border border-line-strong bg-sunken" />
        </dl>
      ) : null}
    </div>
  )
}

function Part({ label, value, mark }: { label: string; value: string; mark: string }) {
  return (
    <div className="grid min-w-0 gap-0.5">
      <dt className="flex items-center gap-1.5 text-ink-muted">
        <span aria-hidden className={cn('size-2 rounded-full', mark)} />
        {label}
      </dt>
      <dd>
        <Amount value={value} isShort className="font-medium" unitClassName="max-sm:sr-only" />
      </dd>
    </div>
  )
}

function usdc(atomic: bigint | undefined): string {
  return `${formatUsdc(atomic ?? 0n)} USDC`
}

/** In hundredths of a percent, so that the figure stays whole until the style. */
function share(part: bigint | undefined, whole: bigint | undefined): string {
  if (!part || !whole) return '0'
  return `${Number((part * 10_000n) / whole) / 100}%`
}
