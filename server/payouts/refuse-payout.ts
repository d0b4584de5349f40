import { checksummed } from '@/domain/address'
import { formatUsdc } from '@/domain/money'
import { authorizationUrl } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import type { MandateRefusal, PayoutOutcome } from './payout-repository'

type Refused = Exclude<PayoutOutcome, { outcome: 'created' | 'replayed' }>
type Details = Record<string, unknown>

export function payoutIdConflict(): AppError {
  return new AppError(
    'payout_id_conflict',
    'A payout with this payoutId and other parameters, or of another agent, exists: repeat that request as it was, or use a new payoutId.',
    { param: 'payoutId' },
  )
}

/** Throws what a refused creation answers, with its numbers as members of the problem document. */
export function refusePayout({ outcome, details }: Refused, { agentId }: { agentId: string }): never {
  const numbers = details ?? {}
  switch (outcome) {
    case 'conflict':
      throw payoutIdConflict()
    case 'biz_taken':
      throw new AppError('biz_id_taken', 'An active payout has this bizId; payoutId names it.', {
        param: 'bizId',
        details: numbers,
      })
    case 'unauthenticated':
      throw new AppError('unauthenticated', "The agent's token was revoked.")
    case 'not_linked':
      throw new AppError('agent_not_linked', 'A person links the agent to a workspace at authorizationUrl.', {
        details: { authorizationUrl: authorizationUrl(agentId) },
      })
    case 'expired':
      throw new AppError(
        'agent_expired',
        'The time that a person gave this agent is over: ask for it to be extended.',
      )
    case 'killed':
      throw new AppError(
        'payouts_killed',
        'A person of the workspace has stopped all payouts: ask for them to be resumed.',
      )
    case 'no_wallet':
      throw new AppError(
        'dependency_unavailable',
        'The workspace has no paying wallet yet; the worker makes one within seconds.',
        { retryAfterSeconds: 5 },
      )
    case 'recipient_refused':
      throw new AppError('recipient_refused', 'This is the wallet that would pay.', { param: 'toAddress' })
    case 'unsupported_asset':
      throw new AppError('unsupported_asset', 'Only USDC is paid out.', { param: 'currency' })
    case 'limit_exceeded':
      throw new AppError(
        'agent_monthly_limit_exceeded',
        `${usdc(numbers, 'spent')} of the ${usdc(numbers, 'monthlyLimit')} USDC of this calendar month (UTC) are spent, and ${usdc(numbers, 'required')} are asked for.`,
        { details: { limit: numbers.monthlyLimit, spent: numbers.spent, required: numbers.required } },
      )
    default:
      throw new AppError(outcome, WORDS[outcome](numbers), { details: asAnswered(numbers) })
  }
}

const WORDS: Record<MandateRefusal, (numbers: Details) => string> = {
  mandate_not_found: () => 'There is no such mandate.',
  mandate_mismatch: () => 'The mandate belongs to another agent.',
  mandate_not_signed: ({ mandateStatus }) =>
    mandateStatus === 'expired'
      ? 'Nobody signed the mandate while that was possible: ask for a new one.'
      : 'A person has to sign the mandate at its signUrl first.',
  mandate_disabled: ({ mandateStatus }) =>
    mandateStatus === 'revoked'
      ? 'A person has revoked the mandate: ask for a new one.'
      : 'A person has turned the mandate off.',
  mandate_expired: ({ mandateStatus }) =>
    mandateStatus === 'expired'
      ? 'The time of the mandate is over: ask for a new one.'
      : 'The mandate does not pay before validFrom.',
  mandate_currency_mismatch: ({ currency }) => `The mandate is for ${currency}.`,
  mandate_recipient_not_allowed: ({ hostAllowlist }) =>
    hostAllowlist
      ? 'The mandate is for calls to the hosts it names and authorises no payout.'
      : 'The mandate names who may be paid, and this address is not among them.',
  mandate_amount_over_cap: (numbers) =>
    `The mandate pays at most ${usdc(numbers, 'maxAmountPerTx')} USDC at once, and ${usdc(numbers, 'required')} are asked for.`,
  mandate_period_exceeded: (numbers) =>
    `${usdc(numbers, 'remaining')} USDC are left of the ${usdc(numbers, 'periodLimit')} of each ${numbers.periodSeconds} seconds, and ${usdc(numbers, 'required')} are asked for.`,
  mandate_insufficient_budget: (numbers) =>
    `${usdc(numbers, 'remaining')} USDC are left of the mandate, and ${usdc(numbers, 'required')} are asked for.`,
}

function usdc(numbers: Details, name: string): string {
  return formatUsdc(BigInt(String(numbers[name])))
}

/** Addresses as everywhere outside the program: checksummed. */
function asAnswered(numbers: Details): Details {
  const { recipientAllowlist } = numbers
  if (!Array.isArray(recipientAllowlist)) return numbers
  return { ...numbers, recipientAllowlist: recipientAllowlist.map(checksummed) }
}
