import { Ban, CircleCheck, CirclePause, Hourglass, type LucideIcon, PenLine } from 'lucide-react'
import type { MandateRowView } from '@/domain/mandate'
import type { Tone } from '../ui/badge'
import { exactTime } from '../ui/format-time'

export type MandateState = {
  tone: Tone
  icon: LucideIcon
  label: string
  /** What happens next and by when. */
  hint: string
}

type Shown = Pick<
  MandateRowView,
  'status' | 'isEnabled' | 'signatureCount' | 'requiredSignatures' | 'linkExpiresAt' | 'validUntil'
>

/** What the mandate does now, in a word, and what happens next and by when. */
export function mandateState(mandate: Shown): MandateState {
  const { status, isEnabled, signatureCount, requiredSignatures, linkExpiresAt, validUntil } = mandate
  const end = exactTime(new Date(validUntil))
  // Both end it: the link, and the mandate's own end.
  const signedBy = exactTime(new Date(Math.min(Date.parse(linkExpiresAt), Date.parse(validUntil))))
  const unsigned = () => {
    if (signatureCount > 0) {
      const hint = `One person has signed. Another one has to, until ${signedBy}; otherwise it ends by itself.`
      return { label: 'Waiting for a second signature', hint }
    }
    return requiredSignatures > 1
      ? {
          label: 'Waiting for two signatures',
          hint: `It pays nothing until two people sign it. Unsigned, it ends by itself at ${signedBy}.`,
        }
      : {
          label: 'Waiting for a signature',
          hint: `It pays nothing until a person signs it. Unsigned, it ends by itself at ${signedBy}.`,
        }
  }
  switch (status) {
    case 'pending_signature':
      return { tone: 'active', icon: PenLine, ...unsigned() }
    case 'signed':
      return isEnabled
        ? {
            tone: 'positive',
            icon: CircleCheck,
            label: 'On',
            hint: `Payouts within it are paid without asking until ${end}.`,
          }
        : {
            tone: 'caution',
            icon: CirclePause,
            label: 'Off',
            hint: `It pays nothing until an approver turns it on again. It ends at ${end}.`,
          }
    case 'revoked':
      return { tone: 'danger', icon: Ban, label: 'Revoked', hint: 'It will never pay again.' }
    case 'expired':
      return {
        tone: 'neutral',
        icon: Hourglass,
        label: 'Ended',
        hint: 'Its time, or the time to sign it, is over. It pays nothing any more.',
      }
  }
}
