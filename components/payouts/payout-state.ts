import {
  Ban,
  CircleCheck,
  CircleHelp,
  CircleX,
  Hand,
  Hourglass,
  type LucideIcon,
  PenLine,
  Send,
  Undo2,
} from 'lucide-react'
import type { TakenBack } from '@/domain/payout-console'
import { isTimedOut, type PayoutStatus } from '@/domain/payout-status'
import type { Tone } from '../ui/badge'
import { exactTime } from '../ui/format-time'

export type PayoutState = {
  tone: Tone
  icon: LucideIcon
  label: string
  /** What happens next and by when. */
  hint: string
}

const STATES: Record<Exclude<PayoutStatus, 'failed'>, PayoutState> = {
  pending_authorization: {
    tone: 'caution',
    icon: Hand,
    label: 'Waiting for you',
    hint: 'A person approves or denies it. Undecided, it ends by itself when its time is over.',
  },
  authorized: {
    tone: 'active',
    icon: PenLine,
    label: 'Approved',
    hint: 'It is signed next, within seconds while the wallet holds enough USDC. It can still be cancelled.',
  },
  signing: {
    tone: 'active',
    icon: PenLine,
    label: 'Signing',
    hint: 'The payout wallet signs it now. It can no longer be cancelled.',
  },
  signed: { tone: 'active', icon: Send, label: 'Signed', hint: 'It is sent within seconds.' },
  broadcasting: {
    tone: 'active',
    icon: Send,
    label: 'Sending',
    hint: 'It is handed to the chain, and the same bytes are sent again until a node accepts them.',
  },
  succeeded: {
    tone: 'active',
    icon: Hourglass,
    label: 'Sent, not final',
    hint: 'A node of the chain has accepted it. It counts as paid with three confirmations, usually within ten seconds.',
  },
  confirmed: {
    tone: 'positive',
    icon: CircleCheck,
    label: 'Paid',
    hint: 'The recipient has it, with three confirmations or more. It is watched until a final block has it.',
  },
}

const UNKNOWN: PayoutState = {
  tone: 'caution',
  icon: CircleHelp,
  label: 'Unknown: checking the chain',
  hint: 'It was sent, and no confirmation was seen in time. Do not pay again: the chain is asked until it proves one or the other, at the latest soon after the hour of its authorization has passed.',
}

function timeWords(at: string | number): string {
  return exactTime(new Date(typeof at === 'number' ? at * 1000 : at))
}

/** The hint with its time, where one is known: when a person or the chain will have decided at the latest. */
function datedHint({ status, expiresAt, validBefore }: Shown): string | null {
  if (expiresAt && status === 'pending_authorization')
    return `A person approves or denies it. Undecided, it ends by itself at ${timeWords(expiresAt)}.`
  if (expiresAt && status === 'authorized')
    return `It is signed next, within seconds while the wallet holds enough USDC, or ends by itself at ${timeWords(expiresAt)}. It can still be cancelled.`
  if (validBefore && status === 'broadcasting')
    return `${STATES.broadcasting.hint} Its authorization ends at ${timeWords(validBefore)}.`
  return null
}

function unknownState(validBefore: number | null | undefined): PayoutState {
  if (!validBefore) return UNKNOWN
  const end = timeWords(validBefore)
  return {
    ...UNKNOWN,
    hint: `It was sent, and no confirmation was seen in time. Do not pay again: the chain is asked until it proves one or the other, at the latest once a final block is past ${end}, when its authorization ends.`,
  }
}

const FAILED: Record<string, { label: string; hint: string; isByChoice?: boolean }> = {
  user_denied: { label: 'Denied', hint: 'A person denied it. Nothing was sent.', isByChoice: true },
  expired: {
    label: 'Expired',
    hint: 'Its time was over before it was approved and signed. Nothing was sent.',
    isByChoice: true,
  },
  cancelled: {
    label: 'Cancelled',
    hint: 'It was cancelled before it was signed. Nothing was sent.',
    isByChoice: true,
  },
  mandate_revoked: {
    label: 'Mandate revoked',
    hint: 'The mandate that allowed it was revoked before it was signed. Nothing was sent.',
    isByChoice: true,
  },
  mandate_disabled: {
    label: 'Mandate off',
    hint: 'The mandate that allowed it was switched off before it was signed. Nothing was sent.',
    isByChoice: true,
  },
  killed: { label: 'Stopped', hint: 'All payouts were stopped. Nothing was sent.', isByChoice: true },
  insufficient_funds: {
    label: 'Not enough USDC',
    hint: 'The payout wallet did not hold enough USDC. Nothing was sent; fund it, then it can be asked for again.',
  },
  signing_failed: { label: 'Not signed', hint: 'The payout wallet could not sign it. Nothing was sent.' },
  tx_reverted: {
    label: 'Refused on chain',
    hint: 'USDC refused the transfer, and its authorization is proved dead. Nothing was paid.',
  },
  authorization_expired: {
    label: 'Not paid',
    hint: 'Its authorization ended before the chain had used it. A final block proves that nothing was paid.',
  },
  'authorization_expired:cancelled': {
    label: 'Not paid',
    hint: 'Its authorization was cancelled on chain before it was used. A final block proves that nothing was paid.',
  },
}

const TOOK = 'A reorganisation of the chain took its block back after it counted as paid.'

const TAKEN_BACK: Record<TakenBack, PayoutState> = {
  sent_again: {
    tone: 'danger',
    icon: Undo2,
    label: 'Taken back: sent again',
    hint: `${TOOK} The same authorization is sent again, so that it cannot be paid twice; it is paid for good once a final block has it.`,
  },
  undecided: {
    tone: 'danger',
    icon: Undo2,
    label: 'Taken back: not proven yet',
    hint: `${TOOK} Its authorization has ended meanwhile: a final block has to prove whether it was paid. Do not pay again before.`,
  },
  gone: {
    tone: 'danger',
    icon: CircleX,
    label: 'Gone: not paid',
    hint: `${TOOK} Its authorization ended before it could be sent again, so that nobody can use it any more: the recipient does not have it. Its budget stays counted as spent. If it is still owed, the agent asks again with a new payoutId and a new bizId.`,
  },
}

type Shown = {
  status: PayoutStatus
  failureReason: string | null
  takenBack?: TakenBack | null
  /** When it ends undecided or unsigned: ISO 8601, or Unix seconds as its agent reads it. */
  expiresAt?: string | number | null
  /** When its authorization ends, in Unix seconds. */
  validBefore?: number | null
}

/** Where a payout stands in a word that a person understands, and what happens next and by when. */
export function payoutState(shown: Shown): PayoutState {
  const { status, failureReason } = shown
  if (shown.takenBack) return TAKEN_BACK[shown.takenBack]
  if (status !== 'failed') return { ...STATES[status], hint: datedHint(shown) ?? STATES[status].hint }
  if (isTimedOut(status, failureReason)) return unknownState(shown.validBefore)
  const known = failedState(failureReason ?? '')
  if (!known)
    return { tone: 'danger', icon: CircleX, label: 'Failed', hint: `It was not paid (${failureReason}).` }
  const { label, hint, isByChoice } = known
  return isByChoice
    ? { tone: 'neutral', icon: Ban, label, hint }
    : { tone: 'danger', icon: CircleX, label, hint }
}

/** A suffix may say more than the reason before it: what stopped the signing, or what ended the authorization. */
function failedState(reason: string): (typeof FAILED)[string] | undefined {
  const [base = reason, suffix = ''] = reason.split(':', 2)
  return FAILED[reason] ?? (base === 'signing_failed' ? FAILED[suffix] : undefined) ?? FAILED[base]
}
