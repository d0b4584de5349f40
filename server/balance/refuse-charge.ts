import { formatUsdc } from '@/domain/money'
import { AppError } from '@/server/core/app-error'
import type { ChargeOutcome } from './charge-repository'

type Charged = Extract<ChargeOutcome, { outcome: 'charged' | 'replayed' | 'insufficient' }>

/**
 * The outcome, unless it is a refusal that no payment would change. Throws `unauthenticated`, `idempotency_conflict`,
 * `agent_not_linked`, `agent_expired`, `balance_frozen`, `agent_monthly_limit_exceeded`.
 */
export function assertNotRefused(outcome: ChargeOutcome): Charged {
  switch (outcome.outcome) {
    case 'unauthenticated':
      throw new AppError('unauthenticated', "The agent's token was revoked.")
    case 'conflict':
      throw new AppError(
        'idempotency_conflict',
        'This Idempotency-Key has paid for something else: repeat that request as it was, or use a new key.',
      )
    case 'not_linked':
      throw new AppError(
        'agent_not_linked',
        'A person has to link this agent to a workspace before it can spend.',
      )
    case 'expired':
      throw new AppError(
        'agent_expired',
        'The time that a person gave this agent is over: ask for it to be extended.',
      )
    case 'frozen':
      throw new AppError(
        'balance_frozen',
        'A reorganisation took back a deposit that was spent already. The next top-ups repay it, then spending goes on.',
      )
    case 'limit_exceeded': {
      const { limit, spent } = outcome
      throw new AppError(
        'agent_monthly_limit_exceeded',
        `${formatUsdc(spent)} of the ${formatUsdc(limit)} USDC of this calendar month (UTC) are spent.`,
        { details: { limit: limit.toString(), spent: spent.toString() } },
      )
    }
    default:
      return outcome
  }
}
