import { formatUsdc } from '@/domain/money'
import { raiseAlarm, resolveAlarms } from '@/server/instance'
import type { Next } from '@/server/relayer'
import type { DueWithdrawal } from './due-withdrawal-repository'

/** What a person has to set right before anything goes out; the rest passes by itself. */
const NEEDS_A_PERSON: Record<string, string> = {
  receive_address_short: 'The receive address does not hold enough USDC',
  treasury_key: 'No worker has the key of the receive address',
  sender_blocked: 'USDC has blocked the receive address',
  token_paused: 'USDC is paused',
}

/** Opens an alarm for what needs a person, and closes it when that has passed. The subject is the withdrawal's id. */
export async function reportWaiting(withdrawal: DueWithdrawal, next: Next): Promise<void> {
  const words = next.isOpen && next.waitingFor ? NEEDS_A_PERSON[next.waitingFor] : undefined
  if (words && next.isOpen) {
    await raiseAlarm({
      kind: 'withdrawal_waits',
      subject: withdrawal.id,
      workspaceId: withdrawal.workspaceId,
      severity: 'warning',
      message: `${words}: a withdrawal of ${formatUsdc(withdrawal.amount)} USDC waits. Nothing is lost.`,
      details: { waitingFor: next.waitingFor, from: withdrawal.from, to: withdrawal.to },
    })
  } else if (withdrawal.status === 'requested') {
    await resolveAlarms({ kind: 'withdrawal_waits', subjects: [withdrawal.id], by: 'withdrawals' })
  }
}

/** A confirmed payment is gone from the chain: the same authorization is sent again. */
export async function reportReorganised(withdrawal: DueWithdrawal): Promise<void> {
  await raiseAlarm({
    kind: 'withdrawal_reorganised',
    subject: withdrawal.id,
    workspaceId: withdrawal.workspaceId,
    severity: 'critical',
    message: `A reorganisation took back a confirmed withdrawal of ${formatUsdc(withdrawal.amount)} USDC. It is sent again with the same authorization.`,
    details: { from: withdrawal.from, to: withdrawal.to },
  })
}

export async function clearAlarms({ id }: DueWithdrawal): Promise<void> {
  await resolveAlarms({ kind: 'withdrawal_reorganised', subjects: [id], by: 'withdrawals' })
}
