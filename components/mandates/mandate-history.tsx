import Link from 'next/link'
import type { ReactNode } from 'react'
import type { MandateDetailsView } from '@/domain/mandate'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { PayoutStatusBadge } from '../payouts/payout-status-badge'
import { workspaceHref } from '../shell/nav-items'
import { useWorkspace } from '../shell/workspace-context'
import { CopyButton } from '../ui/copy-button'
import { RelativeTime } from '../ui/relative-time'

const ACTS: Record<string, string> = {
  'mandate.requested': 'asked for it',
  'mandate.created': 'drew it up',
  'mandate.signed': 'signed it',
  'mandate.enabled': 'turned it on',
  'mandate.disabled': 'turned it off',
  'mandate.revoked': 'revoked it',
}

/** What the mandate paid, what was done with it, and how it is named. */
export function MandateHistory({ mandate }: { mandate: MandateDetailsView }) {
  const { slug } = useWorkspace()
  return (
    <>
      <Section title="Payouts">
        {mandate.payouts.length === 0 ? (
          <p className="text-ink-muted">None yet. What it pays appears here.</p>
        ) : (
          <ul className="grid">
            {mandate.payouts.map((payout) => (
              <li key={payout.payoutId} className="grid gap-1 border-t py-2 first:border-t-0">
                <span className="flex items-baseline justify-between gap-3">
                  <Link
                    href={workspaceHref(slug, `/payouts/${payout.id}`)}
                    title={payout.payoutId}
                    className="min-w-0 truncate rounded-sm font-medium underline-offset-4 hover:underline"
                  >
                    {payout.payoutId}
                  </Link>
                  <Amount value={payout.amount} />
                </span>
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-ink-muted">
                  <PayoutStatusBadge status={payout.status} failureReason={payout.failureReason} />
                  <Address address={payout.toAddress} name={payout.recipientName} isPlain size="sm" />
                  <RelativeTime at={payout.createdAt} className="ml-auto" />
                </span>
              </li>
            ))}
          </ul>
        )}
        {mandate.payouts.length > 0 ? (
          <Link
            href={workspaceHref(slug, `/payouts?mandate=${mandate.mandateId}`)}
            className="w-fit rounded-sm text-[0.8125rem] font-medium text-accent-ink underline-offset-4 hover:underline"
          >
            All its payouts in the list
          </Link>
        ) : null}
      </Section>
      <Section title="History">
        <ul className="grid gap-2">
          {mandate.acts.map(({ id, actor, action, createdAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-2 text-[0.8125rem]">
              {actor.startsWith('0x') ? (
                <Address address={actor} isPlain size="sm" />
              ) : (
                <span className="font-medium">{mandate.agentName}</span>
              )}
              <span>{ACTS[action] ?? action}</span>
              <RelativeTime at={createdAt} className="text-ink-muted" />
            </li>
          ))}
        </ul>
        <p className="flex min-w-0 items-center gap-1 text-[0.8125rem] text-ink-muted">
          <span className="font-mono text-xs break-all">{mandate.mandateId}</span>
          <CopyButton value={mandate.mandateId} what="the mandate's id" className="size-7 shrink-0" />
        </p>
        {mandate.mandateHash ? (
          <p className="grid gap-0.5 text-[0.8125rem] text-ink-muted">
            What was signed:
            <span className="font-mono text-xs break-all">{mandate.mandateHash}</span>
          </p>
        ) : null}
      </Section>
    </>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid min-w-0 gap-2">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  )
}
