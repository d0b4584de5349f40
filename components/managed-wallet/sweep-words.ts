import type { SweepView } from '@/domain/managed-wallet'

export type SweepWords = {
  tone: 'info' | 'positive' | 'danger' | 'caution'
  label: string
  /** What it means, and what to do now. */
  hint: string
}

const TIMED_OUT = 'tx_confirmation_timeout'

const REASONS: Record<string, string> = {
  insufficient_funds: 'Other payouts took the USDC first. Nothing was sent; ask for less.',
  expired: 'It was not signed within an hour. Nothing was sent; ask again.',
  killed: 'All payouts were stopped before it was signed. Nothing was sent.',
  signing_failed: 'The wallet’s key could not sign it. Nothing was sent; the operator sees why.',
  cancelled: 'It was cancelled before it was signed. Nothing was sent.',
}

/** What was sent, and is proved never to be paid. */
const UNPAID: Record<string, string> = {
  tx_reverted: 'It was sent, and USDC refused it. Nothing was paid: the USDC is still in the payout wallet.',
  authorization_expired:
    'Its authorization ended before the chain had used it. A final block proves that nothing was paid; send it again.',
  'authorization_expired:cancelled':
    'Its authorization was cancelled on chain before it was used. A final block proves that nothing was paid; send it again.',
}

/** Where USDC on its way back to the workspace's wallet stands, in words. */
export function sweepWords({
  status,
  failureReason,
}: Pick<SweepView, 'status' | 'failureReason'>): SweepWords {
  if (status === 'confirmed') {
    return { tone: 'positive', label: 'Arrived', hint: 'It is in the workspace’s wallet.' }
  }
  if (status !== 'failed') {
    const isSent = status === 'broadcasting' || status === 'succeeded'
    return isSent
      ? { tone: 'info', label: 'On its way', hint: 'The transaction was sent and waits for three blocks.' }
      : { tone: 'info', label: 'Being signed', hint: 'The console signs and sends it; no wallet opens.' }
  }
  const reason = failureReason?.split(':', 1)[0] ?? ''
  if (reason === TIMED_OUT) {
    return {
      tone: 'caution',
      label: 'Not seen yet',
      hint: 'It was sent, but no block has it. It may still arrive: the console goes on asking. Do not send it again.',
    }
  }
  const unpaid = UNPAID[failureReason ?? ''] ?? UNPAID[reason]
  if (unpaid) return { tone: 'danger', label: 'Not paid', hint: unpaid }
  return {
    tone: 'danger',
    label: 'Not sent',
    hint: REASONS[reason] ?? 'It can never be paid any more. Nothing was sent.',
  }
}

/** Whether it is worth asking again. */
export function isSweepMoving({
  status,
  failureReason,
}: Pick<SweepView, 'status' | 'failureReason'>): boolean {
  return status === 'failed' ? (failureReason?.startsWith(TIMED_OUT) ?? false) : status !== 'confirmed'
}
