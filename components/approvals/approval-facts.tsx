'use client'

import type { ReactNode } from 'react'
import type { ToApproveView } from '@/domain/approval'
import { Address } from '../address/address'
import { Card } from '../ui/card'
import { exactTime } from '../ui/format-time'
import { ApprovalFunds } from './approval-funds'
import { MetadataText } from './metadata-text'

/** All that a person decides on: recipient, purpose, agent, wallet and time. What the agent wrote stands as text only. */
export function ApprovalFacts({ view }: { view: ToApproveView }) {
  const { payout, recipientName, typedData } = view
  return (
    <Card className="divide-y">
      <Fact label="To">
        {recipientName ? (
          <p className="font-medium [overflow-wrap:anywhere]">{recipientName}</p>
        ) : (
          <p className="text-[0.8125rem] text-ink-muted">Not in the address book</p>
        )}
        <Address address={payout.toAddress} isFull />
      </Fact>
      {payout.description ? (
        <Fact label="For what, in the agent’s words">
          <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{payout.description}</p>
        </Fact>
      ) : null}
      <ApprovalFunds funds={view.funds} amount={payout.amount} label="This payout" className="px-5 py-4" />
      <Fact label="From the payout wallet">
        <Address address={typedData.message.from} />
      </Fact>
      <dl className="grid gap-x-4 gap-y-2 px-5 py-4 text-[0.8125rem] sm:grid-cols-2">
        <Small label="Agent">{payout.agentName ?? payout.agentId}</Small>
        <Small label="Network">{payout.network}</Small>
        <Small label="Asked">{exactTime(new Date(payout.createdAt * 1000))}</Small>
        {payout.status === 'pending_authorization' ? (
          <Small label="Ends, if undecided">{exactTime(new Date(payout.expiresAt * 1000))}</Small>
        ) : null}
        <Small label="Payout id">{payout.payoutId}</Small>
        {payout.bizId ? <Small label="Business id">{payout.bizId}</Small> : null}
        {payout.mandateId ? <Small label="Mandate">{payout.mandateId}</Small> : null}
      </dl>
      <MetadataText metadata={payout.metadata} />
    </Card>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-1.5 px-5 py-4">
      <h2 className="text-[0.8125rem] text-ink-muted">{label}</h2>
      {children}
    </div>
  )
}

function Small({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-muted">{label}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </div>
  )
}
