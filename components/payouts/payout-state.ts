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
} from 'lucide-react'
import { baseReason, isTimedOut, type PayoutStatus } from '@/domain/payout-status'
import type { Tone } from '../ui/badge'

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
    hint: 'The payout wallet did not hold enough USDC. Nothing was sent; fund it and let the agent ask again.',
  },
  signing_failed: { label: 'Not signed', hint: 'The payout wallet could not sign it. Nothing was sent.' },
  tx_reverted: {
    label: 'Refused on chain',
    hint: 'USDC refused the transfer, and its authorization is proved dead. Nothing was paid.',
  },
  authorization_expired: {
    label: 'Not paid',
    hint: 'It could not be sent before its authorization ended. A final block proves that nothing was paid.',
  },
}

type Shown = { status: PayoutStatus; failureReason: string | null }

/** Where a payout stands in a word that a person understands, and what happens next and by when. */
export function payoutState({ status, failureReason }: Shown): PayoutState {
  if (status !== 'failed') return STATES[status]
  if (isTimedOut(status, failureReason)) return UNKNOWN
  const known = FAILED[baseReason(failureReason ?? '')]
  if (!known)
    return { tone: 'danger', icon: CircleX, label: 'Failed', hint: `It was not paid (${failureReason}).` }
  const { label, hint, isByChoice } = known
  return isByChoice
    ? { tone: 'neutral', icon: Ban, label, hint }
    : { tone: 'danger', icon: CircleX, label, hint }
}
