import type { ReactNode } from 'react'
import type { MandateDetailsView } from '@/domain/mandate'
import { Amount } from '../money/amount'
import { exactTime } from '../ui/format-time'
import { durationWords } from './duration-words'
import { MandateRecipients } from './mandate-recipients'
import { secondsOf } from './read-terms'

/** What the mandate allows, a line for each rule, with what it does not bound said as well. */
export function MandateTermsList({ mandate }: { mandate: MandateDetailsView }) {
  const { limitAmount, maxAmountPerTx, period, recipientAllowlist, hostAllowlist } = mandate
  return (
    <dl className="grid gap-x-4 gap-y-3 sm:grid-cols-[9rem_1fr]">
      <Term label="In all, at most">
        <Amount value={limitAmount} isExact className="text-base font-semibold" />
      </Term>
      <Term label="For each payout">
        {maxAmountPerTx ? (
          <>
            at most <Amount value={maxAmountPerTx} className="font-medium" />
          </>
        ) : (
          'no limit of its own'
        )}
      </Term>
      {period ? (
        <Term label="Over time">
          at most <Amount value={period.limit} className="font-medium" /> in any{' '}
          {durationWords(period.seconds)}
        </Term>
      ) : null}
      <Term label="Until">
        <span className="figures font-medium">{exactTime(new Date(mandate.validUntil))}</span>
        <span className="text-ink-muted">
          {' '}
          ({durationWords(secondsOf(mandate))} from when it was asked for)
        </span>
      </Term>
      <Term label="Paid to">
        {hostAllowlist ? (
          `nobody: it was asked for calls to ${hostAllowlist.join(', ')} and pays no payouts`
        ) : recipientAllowlist ? (
          <MandateRecipients recipients={mandate.recipients} />
        ) : (
          'any address'
        )}
      </Term>
    </dl>
  )
}

function Term({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5 sm:contents">
      <dt className="text-[0.8125rem] text-ink-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}
