'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import type { PayoutDetailView } from '@/domain/payout-console'
import { showJson } from '@/domain/visible-text'
import { LocalTime } from '../activity/local-time'
import { Address } from '../address/address'
import { refusalWords } from '../approvals/refusal-words'
import { workspaceHref } from '../shell/nav-items'
import { useWorkspace } from '../shell/workspace-context'
import { Card, CardBody, CardHeader } from '../ui/card'
import { CopyButton } from '../ui/copy-button'

/** Who asked, for what, under which mandate. Whatever the agent wrote is text. */
export function PayoutAbout({ payout }: { payout: PayoutDetailView }) {
  const { slug } = useWorkspace()
  const { agentId, agentName, mandateId, bizId, description, metadata, webhookUrl } = payout
  return (
    <Card aria-labelledby="about-heading">
      <CardHeader id="about-heading" title="What it is for" />
      <CardBody>
        <dl className="grid gap-3">
          <Fact term="Asked by">
            {agentId ? (
              <Link
                href={`${workspaceHref(slug, '/agents')}?agent=${encodeURIComponent(agentId)}`}
                className="rounded-sm text-accent-ink underline-offset-4 hover:underline"
              >
                {agentName ?? agentId}
              </Link>
            ) : (
              'An owner of the workspace'
            )}
          </Fact>
          {description ? (
            <Fact term="Description">
              <span className="break-words whitespace-pre-wrap">{description}</span>
            </Fact>
          ) : null}
          {mandateId ? (
            <Fact term={payout.usesBudget ? 'Paid by mandate' : 'Mandate that refused'}>
              <Link
                href={`/mandate/${encodeURIComponent(mandateId)}`}
                className="rounded-sm font-mono text-[0.8125rem] break-all text-accent-ink underline-offset-4 hover:underline"
              >
                {mandateId}
              </Link>
              {payout.approval?.refusal ? (
                <span className="text-[0.8125rem] text-ink-muted">
                  It did not pay by itself. {refusalWords(payout.approval.refusal)}
                </span>
              ) : null}
            </Fact>
          ) : null}
          {bizId ? <Fact term="Business id">{<Mono>{bizId}</Mono>}</Fact> : null}
          <Fact term="From the payout wallet">
            <Address address={payout.fromAddress} />
          </Fact>
          <Fact term="Network">
            {payout.currency} on {payout.network}
          </Fact>
          <Fact term="Asked for">
            <LocalTime at={payout.createdAt} className="figures" />
          </Fact>
          {webhookUrl ? <Fact term="Its webhook">{<Mono>{webhookUrl}</Mono>}</Fact> : null}
          {metadata === null ? null : (
            <Fact term="Metadata">
              <JsonText value={metadata} what="metadata" />
            </Fact>
          )}
        </dl>
      </CardBody>
    </Card>
  )
}

export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid gap-1 sm:grid-cols-[9.5rem_minmax(0,1fr)] sm:gap-4">
      <dt className="text-[0.8125rem] font-medium text-ink-muted">{term}</dt>
      <dd className="grid min-w-0 gap-1">{children}</dd>
    </div>
  )
}

export function Mono({ children }: { children: string }) {
  return <span className="font-mono text-[0.8125rem] break-all">{children}</span>
}

/** JSON as text, with a button that copies it. */
export function JsonText({ value, what }: { value: unknown; what: string }) {
  const text = showJson(value)
  return (
    <div className="grid min-w-0 gap-1.5">
      <pre className="max-w-full rounded-md border bg-sunken px-3 py-2.5 font-mono text-xs break-words whitespace-pre-wrap">
        <bdi dir="ltr">{text}</bdi>
      </pre>
      <CopyButton value={text} what={what} label={`Copy the ${what}`} className="justify-self-start" />
    </div>
  )
}
