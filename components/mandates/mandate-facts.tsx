import { Bot } from 'lucide-react'
import type { MandateDetailsView } from '@/domain/mandate'
import { RelativeTime } from '../ui/relative-time'
import { MandateStatusBadge } from './mandate-status-badge'
import { MandateTermsList } from './mandate-terms-list'
import { MandateUsage } from './mandate-usage'

/** Who asks for what, in words and numbers. */
export function MandateFacts({ mandate }: { mandate: MandateDetailsView }) {
  const isPending = mandate.status === 'pending_signature'
  return (
    <div className="grid gap-5 p-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex min-w-0 items-center gap-3">
          <span className="flex size-10 shrink-0 items-center justify-center rounded-full bg-sunken text-ink-muted">
            <Bot aria-hidden className="size-5" />
          </span>
          <div className="grid min-w-0 gap-0.5">
            <h2 className="text-lg font-semibold break-words">{mandate.agentName}</h2>
            <p className="text-[0.8125rem] break-words text-ink-muted">
              Agent of {mandate.workspace.name}. Asked <RelativeTime at={mandate.createdAt} />
            </p>
          </div>
        </div>
        <MandateStatusBadge mandate={mandate} />
      </div>
      <blockquote className="rounded-lg border bg-sunken/60 px-4 py-3 break-words whitespace-pre-wrap">
        {mandate.naturalLanguage}
      </blockquote>
      {isPending ? (
        <p>
          Signed, it lets {mandate.agentName} pay from the workspace’s payout wallet without asking again,
          within these bounds:
        </p>
      ) : null}
      <MandateTermsList mandate={mandate} />
      {isPending ? null : <MandateUsage mandate={mandate} hasLegend />}
      {isPending ? (
        <p className="text-[0.8125rem] text-ink-muted">
          Can be signed until: <RelativeTime at={mandate.linkExpiresAt} />.{' '}
          {mandate.createdBy
            ? 'A person of the workspace drew it up; the numbers are what counts.'
            : 'The words are the agent’s own; the numbers are what counts.'}
        </p>
      ) : null}
    </div>
  )
}
