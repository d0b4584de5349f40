'use client'

import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { PayoutDetailView } from '@/domain/payout-console'
import { LocalTime } from '../activity/local-time'
import { Address } from '../address/address'
import { Card, CardHeader } from '../ui/card'
import { CopyButton } from '../ui/copy-button'
import { JsonText, Mono } from './payout-about'

/** What people signed to allow it, and the authorization that pays it, as they can be proved to anybody. */
export function PayoutEvidence({
  payout: { evidence, authorization, fromAddress },
}: {
  payout: PayoutDetailView
}) {
  if (evidence.length === 0 && !authorization) return null
  return (
    <Card aria-labelledby="evidence-heading">
      <CardHeader
        id="evidence-heading"
        title="Evidence"
        description="The signed texts and signatures, kept as they were verified."
      />
      <div className="divide-y border-t">
        {evidence.map((signed) => (
          <Expandable
            key={signed.signature}
            summary={
              <>
                <span className="font-medium">{signed.kind === 'mandate' ? 'Mandate' : 'Approval'}</span>
                <span className="text-ink-muted">signed by</span>
                <Address address={signed.signer} isPlain size="sm" />
                <LocalTime at={signed.at} className="figures ml-auto text-[0.8125rem] text-ink-muted" />
              </>
            }
          >
            <JsonText value={signed.typedData} what="signed text" />
            <Signature value={signed.signature} />
          </Expandable>
        ))}
        {authorization ? (
          <Expandable
            summary={
              <>
                <span className="font-medium">USDC authorization</span>
                <span className="text-ink-muted">of the payout wallet</span>
                <Address address={fromAddress} isPlain size="sm" />
              </>
            }
          >
            <p className="text-[0.8125rem] text-ink-muted">
              Nonce <Mono>{authorization.nonce}</Mono>, of use until{' '}
              <LocalTime at={new Date(authorization.validBefore * 1000).toISOString()} />.
            </p>
            {authorization.signature ? (
              <Signature value={authorization.signature} />
            ) : (
              <p className="text-[0.8125rem] text-ink-muted">
                Its signature is shown once the payment is sent; while payouts are stopped, once it has ended.
                Until then whoever had it could send it.
              </p>
            )}
          </Expandable>
        ) : null}
      </div>
    </Card>
  )
}

function Expandable({ summary, children }: { summary: ReactNode; children: ReactNode }) {
  return (
    <details className="group px-5 py-3">
      <summary className="flex cursor-pointer list-none flex-wrap items-center gap-x-2 gap-y-1 rounded-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 text-ink-faint transition-transform group-open:rotate-90"
        />
        {summary}
      </summary>
      <div className="grid gap-3 pt-3">{children}</div>
    </details>
  )
}

function Signature({ value }: { value: string }) {
  return (
    <div className="grid gap-1.5">
      <Mono>{value}</Mono>
      <CopyButton
        value={value}
        what="the signature"
        label="Copy the signature"
        className="justify-self-start"
      />
    </div>
  )
}
