import { formatUsdc } from '@/domain/money'
import { cn } from '../ui/cn'

const ATOMIC_PER_CENT = 10_000n

type AmountProps = {
  /** Atomic units of USDC; strings come from the API as decimal digits. */
  value: bigint | string
  /** Cuts to two decimals (never rounds up); the exact value stays on hover. For overviews. */
  isShort?: boolean
  /** All six decimals: for receipts and detail views. */
  isExact?: boolean
  /** Puts a plus before what came in, so that a ledger's column reads both ways. */
  isSigned?: boolean
  /** Left out only where the column's heading names the unit. */
  isUnitHidden?: boolean
  className?: string
  unitClassName?: string
}

/** An amount of USDC: tabular figures, its unit, and the exact value on hover. The only place that shows USDC. */
export function Amount({
  value,
  isShort,
  isExact,
  isSigned,
  isUnitHidden,
  className,
  unitClassName,
}: AmountProps) {
  const atomic = BigInt(value)
  const exact = formatUsdc(atomic, { style: 'exact' })
  const shown = isShort ? shortUsdc(atomic) : formatUsdc(atomic, { style: isExact ? 'exact' : 'display' })
  const sign = isSigned && atomic > 0n ? '+' : ''
  return (
    <data
      value={atomic.toString()}
      title={`${exact} USDC`}
      className={cn('figures whitespace-nowrap', className)}
    >
      {sign}
      {shown.replace('-', '−')}
      <span className={isUnitHidden ? 'sr-only' : cn('text-ink-muted', unitClassName)}> USDC</span>
    </data>
  )
}

/** Two decimals, cut toward zero; what is not nothing never reads as 0.00. */
export function shortUsdc(atomic: bigint): string {
  const cut = atomic - (atomic % ATOMIC_PER_CENT)
  if (cut === 0n && atomic !== 0n) return atomic > 0n ? '<0.01' : '>−0.01'
  return formatUsdc(cut)
}
