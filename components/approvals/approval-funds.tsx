import type { ApprovalFunds as Funds } from '@/domain/approval'
import { Amount } from '../money/amount'
import { cn } from '../ui/cn'

type ApprovalFundsProps = {
  funds: Funds | null
  /** What is to be approved, in atomic units, and what it is called. */
  amount: string
  label: string
  className?: string
}

/** What the payout wallet holds before and after; nothing while the chain does not answer. */
export function ApprovalFunds({ funds, amount, label, className }: ApprovalFundsProps) {
  if (!funds || funds.balance === null || funds.after === null) return null
  const promised = BigInt(funds.reserved) + BigInt(funds.approved)
  const isShort = BigInt(funds.after) < 0n
  return (
    <dl
      className={cn(
        'figures grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 [&_dd]:text-right [&_dt]:text-ink-muted',
        className,
      )}
    >
      <dt>Wallet holds</dt>
      <dd>
        <Amount value={funds.balance} />
      </dd>
      {promised > 0n ? (
        <>
          <dt>Promised to other payouts</dt>
          <dd>
            <Amount value={-promised} />
          </dd>
        </>
      ) : null}
      <dt>{label}</dt>
      <dd>
        <Amount value={-BigInt(amount)} />
      </dd>
      <dt className="font-medium">Left afterwards</dt>
      <dd className={isShort ? 'font-medium text-danger' : 'font-medium'}>
        {isShort ? 'Not enough: ' : null}
        <Amount value={funds.after} />
      </dd>
    </dl>
  )
}
