import type { EventKind } from '@/domain/event-kinds'
import { formatUsdc, MAX_UINT256 } from '@/domain/money'
import type { ActivityRow } from './merge-activity'

export const KIND_WORDS: Record<EventKind, { one: string; many: string }> = {
  DEPOSIT: { one: 'Deposit', many: 'Deposits' },
  WITHDRAWAL: { one: 'Withdrawal', many: 'Withdrawals' },
  SETTLE: { one: 'Settlement', many: 'Settlements' },
  APPROVAL: { one: 'Approval', many: 'Approvals' },
}

export type EventEffect = {
  title: string
  /** One sentence that says what the event means for this workspace. */
  meaning: string
  /** `pool-in`, `pool-out`: it moves the pool. `wallet-in`, `wallet-out`: only the wallet. `none`: no money moves. */
  direction: 'pool-in' | 'pool-out' | 'wallet-in' | 'wallet-out' | 'none'
  /** Atomic units with the sign it has for this workspace; null for an approval without limit. */
  amount: bigint | null
}

type Event = Pick<ActivityRow, 'kind' | 'amount' | 'poolDelta' | 'isReversal'>

/** What an event does to this workspace's money: the pool's change, or what an operator received beside the pool. */
export function effectOf(event: Event): EventEffect {
  if (event.kind === 'APPROVAL') return approvalEffect(event)
  const isReceived = event.kind === 'SETTLE' && event.poolDelta === 0n && event.amount !== 0n
  const amount = isReceived ? event.amount : event.poolDelta
  const place = isReceived ? 'wallet' : 'pool'
  const direction: EventEffect['direction'] =
    amount === 0n ? 'none' : amount > 0n ? `${place}-in` : `${place}-out`
  const { one } = KIND_WORDS[event.kind]
  if (event.isReversal) return { title: `${one} taken back`, meaning: REVERSAL_WORDS, direction, amount }
  const title = isReceived ? 'Settlement received' : one
  return { title, meaning: isReceived ? RECEIVED_WORDS : MEANINGS[event.kind], direction, amount }
}

const REVERSAL_WORDS = 'Taken back by a reorganisation of the chain'
const RECEIVED_WORDS = 'Paid to the wallet by a consumer’s pool'
const MEANINGS = {
  DEPOSIT: 'From the wallet into the pool',
  WITHDRAWAL: 'From the pool back to the wallet',
  SETTLE: 'Paid from the pool for a session',
}

function approvalEffect({ amount, isReversal }: Event): EventEffect {
  const allowed = amount < 0n ? -amount : amount
  const shown = allowed === MAX_UINT256 ? null : allowed
  if (isReversal)
    return { title: 'Approval taken back', meaning: REVERSAL_WORDS, direction: 'none', amount: shown }
  if (allowed === 0n)
    return {
      title: 'Approval removed',
      meaning: 'The pool may take no USDC from the wallet',
      direction: 'none',
      amount: shown,
    }
  const limit = shown === null ? 'any amount of USDC' : `up to ${formatUsdc(shown)} USDC`
  return {
    title: 'Approval',
    meaning: `The pool may take ${limit} from the wallet`,
    direction: 'none',
    amount: shown,
  }
}
