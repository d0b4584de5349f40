import { formatUsdc } from '@/domain/money'
import type { WithdrawalView } from '@/domain/withdrawal'
import type { Tone } from '../ui/badge'

export type WithdrawalState = { tone: Tone; label: string; hint: string }

type Shown = Pick<
  WithdrawalView,
  'status' | 'isFinal' | 'waitingFor' | 'failureReason' | 'amountUsdc' | 'kind'
>

/** Where a withdrawal stands, in a word, and what happens next and by when. */
export function withdrawalState(withdrawal: Shown): WithdrawalState {
  const { status, isFinal, waitingFor } = withdrawal
  if (status === 'failed') return { tone: 'neutral', label: 'Given back', hint: failureWords(withdrawal) }
  if (status === 'confirmed') {
    return isFinal
      ? { tone: 'positive', label: 'Paid', hint: 'A final block has it: nothing can take it back.' }
      : {
          tone: 'active',
          label: 'Paid, not final',
          hint: 'The chain has it. It is final within about 20 minutes and watched until then.',
        }
  }
  if (waitingFor) return { tone: 'caution', label: 'Waiting', hint: withdrawalWaitingWords(waitingFor) }
  return status === 'requested'
    ? { tone: 'active', label: 'Requested', hint: 'It is signed and sent within seconds.' }
    : { tone: 'active', label: 'On its way', hint: 'Sent. It counts as paid with three confirmations.' }
}

const WAITING: Record<string, string> = {
  gas_allowance:
    'This workspace has used the gas that is paid for it in a day. It goes on after midnight UTC; nothing is lost.',
  relayer_gas: 'The relayer is out of ETH. The operator of this console has to refill it.',
  receive_address_short:
    'The receive address does not hold enough USDC yet. The operator of this console knows.',
  treasury_key: 'No worker has the key of the receive address. The operator of this console knows.',
  other_withdrawals: 'Other withdrawals are on their way first.',
  sender_blocked: 'USDC has blocked the receive address. The operator of this console knows.',
  token_paused: 'USDC itself is paused by Circle. It goes on by itself when that ends.',
  proof_of_expiry:
    'Its time has passed. The money comes back when a final block proves that it was not paid.',
  proof_of_cancellation: 'It was cancelled. The money comes back when that is final.',
  chain: 'The chain does not answer just now. It goes on by itself.',
  logs: 'The chain has used it. Its logs are awaited.',
}

const REVERT = /^would_revert: /

/** Why a withdrawal does not move just now; the code comes from the server. */
export function withdrawalWaitingWords(waitingFor: string): string {
  if (!REVERT.test(waitingFor)) return WAITING[waitingFor] ?? `It waits: ${waitingFor}.`
  const why = /blacklist/i.test(waitingFor)
    ? 'USDC has blocked one of the addresses'
    : /paused/i.test(waitingFor)
      ? 'USDC is paused'
      : `USDC would refuse it (“${waitingFor.replace(REVERT, '')}”)`
  return `${why}. It is tried again for an hour; if it cannot be paid by then, the money comes back.`
}

const FAILED: Record<string, string> = {
  recipient_blocked: 'USDC has blocked the recipient, so nothing was sent.',
  authorization_expired: 'It could not be sent within its hour.',
  authorization_cancelled: 'The operator cancelled it.',
}

const CAME_FROM: Record<WithdrawalView['kind'], string> = {
  balance_refund: 'the agent’s balance',
  revenue: 'the revenue',
  deposit_return: 'the deposits that are nobody’s',
}

function failureWords({ failureReason, amountUsdc, kind }: Shown): string {
  const why = FAILED[failureReason ?? ''] ?? `It could not be paid (${failureReason}).`
  return `${why} No USDC left; ${formatUsdc(BigInt(amountUsdc))} USDC are back in ${CAME_FROM[kind]}.`
}

/** Whether it can still change: what is shown is then read again. */
export function isMoving({ status, isFinal }: Pick<WithdrawalView, 'status' | 'isFinal'>): boolean {
  return status !== 'failed' && !isFinal
}
