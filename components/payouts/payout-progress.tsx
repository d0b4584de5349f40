import { RELAY_CONFIRMATIONS } from '@/domain/networks'
import type { TakenBack } from '@/domain/payout-console'
import { isTimedOut, type PayoutStatus } from '@/domain/payout-status'
import { TxLink } from '../address/tx-link'
import { Card } from '../ui/card'
import { Notice } from '../ui/notice'
import { type Step, Stepper, type StepState } from '../ui/stepper'
import { payoutState } from './payout-state'
import { PayoutTakenBack } from './payout-taken-back'
import { waitingWords } from './payout-words'

type Moving = {
  status: PayoutStatus
  failureReason: string | null
  confirmations: number
  txHash: string | null
}

type PayoutProgressProps = { payout: Moving; waitingFor: string | null; takenBack: TakenBack | null }

/** How far an approved payout is: signed, sent, confirmed, each with what is awaited, and why nothing moves. Ends with the transaction. */
export function PayoutProgress({ payout, waitingFor, takenBack }: PayoutProgressProps) {
  const { status, txHash } = payout
  const waiting = waitingWords(waitingFor)
  if (takenBack) return <PayoutTakenBack payout={{ ...payout, takenBack }} />
  if (isTimedOut(status, payout.failureReason)) {
    const { label, hint } = payoutState(payout)
    return (
      <Notice
        tone="caution"
        title={label}
        action={txHash ? <TxLink hash={txHash} label="See the transaction" /> : null}
      >
        {hint}
      </Notice>
    )
  }
  if (status === 'confirmed') {
    return (
      <Notice
        tone="positive"
        title="Paid"
        action={txHash ? <TxLink hash={txHash} label="See the transaction" /> : null}
      >
        The recipient has it, with {Math.max(payout.confirmations, RELAY_CONFIRMATIONS)} confirmations.
      </Notice>
    )
  }
  return (
    <Card className="p-5">
      <Stepper label="Payout" steps={stepsOf(payout)} />
      <p aria-live="polite" className="mt-4 text-ink-muted empty:hidden">
        {waiting}
      </p>
    </Card>
  )
}

const ORDER: readonly PayoutStatus[] = ['authorized', 'signing', 'signed', 'broadcasting', 'succeeded']

function stepsOf({ status, confirmations, txHash }: Moving): Step[] {
  const at = ORDER.indexOf(status)
  const doneAfter = (last: PayoutStatus, now: StepState): StepState =>
    at > ORDER.indexOf(last) ? { stage: 'done' } : now
  return [
    { id: 'approved', title: 'Approved', state: { stage: 'done' } },
    {
      id: 'signed',
      title: 'Signed by the payout wallet',
      state: doneAfter('signing', {
        stage: 'working',
        words: status === 'signing' ? 'Signing' : 'Waiting to be signed',
      }),
    },
    {
      id: 'sent',
      title: 'Sent to the chain',
      state: doneAfter('broadcasting', sentState(status)),
      aside: txHash ? <TxLink hash={txHash} /> : null,
    },
    {
      id: 'confirmed',
      title: 'Paid',
      state: paidState(status, confirmations),
    },
  ]
}

function sentState(status: PayoutStatus): StepState {
  const isGoingOut = status === 'signed' || status === 'broadcasting'
  return isGoingOut ? { stage: 'working', words: 'Sending' } : { stage: 'waiting' }
}

function paidState(status: PayoutStatus, confirmations: number): StepState {
  if (status !== 'succeeded') return { stage: 'waiting' }
  // A node has accepted it; that a block has it is known from its first confirmation on.
  if (confirmations === 0) return { stage: 'sent' }
  return { stage: 'in-block', confirmations, required: RELAY_CONFIRMATIONS }
}
