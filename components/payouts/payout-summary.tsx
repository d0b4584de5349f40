'use client'

import Link from 'next/link'
import { RELAY_CONFIRMATIONS } from '@/domain/networks'
import type { PayoutDetailView } from '@/domain/payout-console'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { useMay } from '../shell/workspace-context'
import { Button } from '../ui/button'
import { Card, CardBody, CardFooter } from '../ui/card'
import { Notice } from '../ui/notice'
import { Progress } from '../ui/progress'
import { RelativeTime } from '../ui/relative-time'
import { CancelPayoutButton } from './cancel-payout-button'
import { payoutState } from './payout-state'
import { PayoutStatusBadge } from './payout-status-badge'
import { waitingWords } from './payout-words'

type SummaryProps = { payout: PayoutDetailView; isOld: boolean }

/** How much, to whom, where it stands, and what a person can do about it now. */
export function PayoutSummary({ payout, isOld }: SummaryProps) {
  return (
    <Card aria-label="Payout">
      <CardBody className="grid gap-5 pt-5">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="grid gap-1">
            <h1 className="font-mono text-sm break-all text-ink-muted">{payout.payoutId}</h1>
            <p className="text-2xl font-semibold">
              <Amount value={payout.amount} isExact />
            </p>
          </div>
          <PayoutStatusBadge {...payout} />
        </div>
        <div className="grid gap-1.5">
          <span className="text-[0.8125rem] font-medium text-ink-muted">To</span>
          {payout.toName ? <span className="font-medium wrap-anywhere">{payout.toName}</span> : null}
          <Address address={payout.toAddress} isFull />
        </div>
        <p aria-live="polite" className="text-ink-muted empty:hidden">
          {standingWords(payout)}
        </p>
        <Confirmations payout={payout} />
        {isOld ? (
          <Notice tone="caution">The console does not answer just now; this is how it was before.</Notice>
        ) : null}
      </CardBody>
      <Acts payout={payout} />
    </Card>
  )
}

/** What happens next; of an end the card below it says all there is to say. */
function standingWords(payout: PayoutDetailView): string | null {
  const waiting = waitingWords(payout.waitingFor)
  if (payout.takenBack === 'gone') return null
  if (payout.status === 'failed' || payout.takenBack) return waiting
  if (payout.status === 'confirmed' && payout.finalizedAt) return 'The recipient has it, for good.'
  const { hint } = payoutState({ ...payout, validBefore: payout.authorization?.validBefore ?? null })
  return waiting ? `${hint} ${waiting}` : hint
}

function Confirmations({ payout }: { payout: PayoutDetailView }) {
  if ((payout.status !== 'succeeded' && payout.status !== 'confirmed') || payout.takenBack) return null
  const count = Math.min(payout.confirmations, RELAY_CONFIRMATIONS)
  return (
    <div className="grid max-w-72 gap-1.5">
      <span className="figures text-[0.8125rem] text-ink-muted">
        {payout.finalizedAt
          ? 'In a final block'
          : `${count} of ${RELAY_CONFIRMATIONS} confirmations${payout.confirmations > RELAY_CONFIRMATIONS ? `, ${payout.confirmations} in all` : ''}`}
      </span>
      <Progress value={count} max={RELAY_CONFIRMATIONS} label="Confirmations" />
    </div>
  )
}

function Acts({ payout }: { payout: PayoutDetailView }) {
  const mayApprove = useMay('approve')
  const isCancellable = payout.status === 'pending_authorization' || payout.status === 'authorized'
  if (!isCancellable) return null
  return (
    <CardFooter className="justify-between">
      <span className="text-[0.8125rem] text-ink-muted">
        Its time is over <RelativeTime at={payout.expiresAt} />
      </span>
      <span className="flex flex-wrap gap-2">
        {mayApprove ? <CancelPayoutButton payout={payout} /> : null}
        {payout.approvalId ? (
          <Button asChild variant="primary">
            <Link href={`/authorize-payout/${payout.approvalId}`}>
              {mayApprove ? 'Decide' : 'See the request'}
            </Link>
          </Button>
        ) : null}
      </span>
    </CardFooter>
  )
}
