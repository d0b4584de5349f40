'use client'

import type { SweepView } from '@/domain/managed-wallet'
import { Address } from '../address/address'
import { TxLink } from '../address/tx-link'
import { Amount } from '../money/amount'
import { Notice } from '../ui/notice'
import { isSweepMoving, sweepWords } from './sweep-words'
import { useManagedWallet } from './use-managed-wallet'

/** What became of a sweep that was just asked for, read again until it has ended. */
export function SweepReceipt({ asked }: { asked: SweepView }) {
  const { data } = useManagedWallet()
  const sweep = data?.lastSweep?.payoutId === asked.payoutId ? data.lastSweep : asked
  return (
    <div className="grid gap-4">
      <SweepNotice sweep={sweep} />
      <div className="rounded-md border bg-sunken/60 p-3">
        <Address address={sweep.toAddress} isFull />
      </div>
      {isSweepMoving(sweep) ? (
        <p className="text-[0.8125rem] text-ink-muted">
          You can close this: it goes on by itself, and the payout wallet shows where it is.
        </p>
      ) : null}
    </div>
  )
}

/** One sweep in a sentence: amount, state, what it means, and its transaction. */
export function SweepNotice({ sweep }: { sweep: SweepView }) {
  const { tone, label, hint } = sweepWords(sweep)
  return (
    <Notice
      tone={tone}
      title={
        <>
          <Amount value={sweep.amount} /> back to the workspace’s wallet: {label.toLowerCase()}
        </>
      }
      action={sweep.txHash ? <TxLink hash={sweep.txHash} /> : undefined}
    >
      {hint}
    </Notice>
  )
}
