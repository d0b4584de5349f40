'use client'

import type { ReactNode } from 'react'
import type { ToApproveView } from '@/domain/approval'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { Card } from '../ui/card'
import { exactTime } from '../ui/format-time'
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
      <Funds view={view} />
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

function Funds({ view: { funds, payout } }: { view: ToApproveView }) {
  if (!funds || funds.balance === null || funds.after === null) return null
  const promised = BigInt(funds.reserved) + BigInt(funds.approved)
  const isShort = BigInt(funds.after) < 0n
  return (
    <dl className="figures grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 px-5 py-4 [&_dd]:text-right [&_dt]:text-ink-muted">
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
      <dt>This payout</dt>
      <dd>
        <Amount value={-BigInt(payout.amount)} />
      </dd>
      <dt className="font-medium">Left afterwards</dt>
      <dd className={isShort ? 'font-medium text-danger' : 'font-medium'}>
        {isShort ? 'Not enough: ' : null}
        <Amount value={funds.after} />
      </dd>
    </dl>
  )
}
