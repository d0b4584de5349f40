import { Ban, CircleCheck, CirclePause, Hourglass, type LucideIcon, PenLine } from 'lucide-react'
import type { MandateRowView } from '@/domain/mandate'
import { Badge, type Tone } from '../ui/badge'

type Look = { tone: Tone; icon: LucideIcon; label: string; hint: string }

const LOOKS: Record<'draft' | 'half' | 'on' | 'off' | 'revoked' | 'expired', Look> = {
  draft: {
    tone: 'active',
    icon: PenLine,
    label: 'Waiting for a signature',
    hint: 'It pays nothing until a person signs it. The link ends by itself.',
  },
  half: {
    tone: 'active',
    icon: PenLine,
    label: 'Waiting for a second signature',
    hint: 'One person has signed. Another one has to, within a week.',
  },
  on: {
    tone: 'positive',
    icon: CircleCheck,
    label: 'On',
    hint: 'Payouts within it are paid without asking.',
  },
  off: {
    tone: 'caution',
    icon: CirclePause,
    label: 'Off',
    hint: 'It pays nothing until an approver turns it on again.',
  },
  revoked: { tone: 'danger', icon: Ban, label: 'Revoked', hint: 'It will never pay again.' },
  expired: {
    tone: 'neutral',
    icon: Hourglass,
    label: 'Ended',
    hint: 'Its time, or the time to sign it, is over. The agent asks for a new one.',
  },
}

type State = Pick<MandateRowView, 'status' | 'isEnabled' | 'signatureCount'>

/** What the mandate does now, in a word, and what happens next on hover. */
export function MandateStatusBadge({ mandate }: { mandate: State }) {
  const { tone, icon, label, hint } = LOOKS[lookOf(mandate)]
  return (
    <Badge tone={tone} icon={icon} hint={hint}>
      {label}
    </Badge>
  )
}

function lookOf({ status, isEnabled, signatureCount }: State): keyof typeof LOOKS {
  if (status === 'pending_signature') return signatureCount > 0 ? 'half' : 'draft'
  if (status === 'signed') return isEnabled ? 'on' : 'off'
  return status
}
