import { formatUsdc } from '@/domain/money'
import { raiseAlarm, resolveAlarms } from '@/server/instance'
import type { Decisions, DuePayout } from './due-payout'

/** What a person has to set right before anything moves; the rest passes by itself. */
const NEEDS_A_PERSON: Record<string, string> = {
  wallet_key: 'No worker has the key of the managed wallet',
  signer: 'The signer of the managed wallet does not answer',
  signer_denied: 'The signer of the managed wallet does not let us use its key',
  wrong_signature:
    'The signer of the managed wallet answers with signatures of another key, which are thrown away',
  token_paused: 'USDC is paused',
  sender_blocked: 'USDC has blocked the managed wallet',
  chain_clock: 'The chain’s clock is an hour ahead of the database’s, or a quarter of an hour behind',
  relayer_gas: 'The relayer is out of gas',
  second_endpoint: 'The second endpoint does not show the payment',
}
/** Nothing that moves by itself takes longer; the figure is the documented one. */
const STUCK_SECONDS = 300

/** Opens alarms for what needs a person or takes too long, and closes those of payouts that go on. The subject is the payout's row id. */
export async function reportWaiting(due: readonly DuePayout[], decisions: Decisions): Promise<void> {
  const passed: string[] = []
  for (const payout of due) {
    const next = decisions.get(payout.id)
    const waitingFor = next?.isOpen ? next.waitingFor : null
    const words = next?.isOpen ? wordsFor(payout, waitingFor) : null
    if (words) await raise(payout, words, waitingFor)
    else if (payout.waitingFor || (payout.ageSeconds ?? 0) > STUCK_SECONDS) passed.push(payout.id)
  }
  if (passed.length > 0) await resolveAlarms({ kind: 'payout_waits', subjects: passed, by: 'payouts' })
}

function wordsFor({ status, ageSeconds }: DuePayout, waitingFor: string | null): string | null {
  const needs = waitingFor ? NEEDS_A_PERSON[waitingFor] : undefined
  if (needs) return needs
  // A confirmed one only waits for finality.
  return status !== 'confirmed' && (ageSeconds ?? 0) > STUCK_SECONDS
    ? 'It takes longer than five minutes'
    : null
}

async function raise(payout: DuePayout, words: string, waitingFor: string | null): Promise<void> {
  await raiseAlarm({
    kind: 'payout_waits',
    subject: payout.id,
    workspaceId: payout.workspaceId,
    severity: waitingFor === 'wrong_signature' ? 'critical' : 'warning',
    message: `${words}: a payout of ${formatUsdc(payout.amount)} USDC waits. Nothing is lost.`,
    details: { waitingFor, status: payout.status, from: payout.from, to: payout.to },
  })
}

/** What the last look at a payment that the chain took back has found; until then it is sent again. */
const WHAT_NOW: Record<string, string> = {
  proof_of_expiry:
    'Its authorization has ended, so that it is not sent again; a final block has to prove whether it was paid.',
  reorganised_for_good:
    'Its authorization ended before it could be sent again: it is not paid, and nobody can use the authorization any more.',
}

/** Confirmed payments are gone from the chain: the same authorizations are sent again, as long as they can be used. */
export async function reportReorganised(payouts: readonly DuePayout[]): Promise<void> {
  for (const payout of payouts) {
    const whatNow =
      (payout.waitingFor && WHAT_NOW[payout.waitingFor]) || 'It is sent again with the same authorization.'
    await raiseAlarm({
      kind: 'payout_reorganised',
      subject: payout.id,
      workspaceId: payout.workspaceId,
      severity: 'critical',
      message: `A reorganisation took back a confirmed payout of ${formatUsdc(payout.amount)} USDC. ${whatNow}`,
      details: { from: payout.from, to: payout.to },
    })
  }
}

/** Once they are final nothing can take them back. */
export async function clearReorganised(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await resolveAlarms({ kind: 'payout_reorganised', subjects: ids, by: 'payouts' })
}
