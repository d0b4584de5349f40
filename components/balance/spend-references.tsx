import type { SpendView } from '@/domain/balance'
import { Amount } from '../money/amount'

const SHOWN = 6

/** The references that cost most, each with its share of the total. */
export function SpendReferences({ spend }: { spend: SpendView }) {
  const total = BigInt(spend.total)
  const shown = spend.references.slice(0, SHOWN)
  const rest = total - shown.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  return (
    <section
      aria-labelledby="references-heading"
      className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-2"
    >
      <h3 id="references-heading" className="text-[0.8125rem] font-medium text-ink-muted">
        By reference
      </h3>
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5">
        {shown.map(({ reference, amount, count }) => (
          <li key={reference} className="grid grid-cols-[minmax(0,1fr)] gap-1">
            <div className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 truncate" title={reference}>
                {reference}
                <span className="text-ink-muted"> · {count === 1 ? 'once' : `${count} times`}</span>
              </span>
              <Amount value={amount} />
            </div>
            <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
              <div
                className="h-full rounded-full bg-accent"
                style={{ width: `${shareOf(BigInt(amount), total)}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
      {rest > 0n ? (
        <p className="flex justify-between gap-3 text-ink-muted">
          Everything else <Amount value={rest} />
        </p>
      ) : null}
    </section>
  )
}

/** Hundredths of the total; it only places a bar. */
function shareOf(amount: bigint, total: bigint): number {
  return total === 0n ? 0 : Number((amount * 1000n) / total) / 10
}
