import type { PaymentPayload } from '@x402/core/types'
import { permit2Address } from '@/domain/canonical-addresses'
import { formatUsdc } from '@/domain/money'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import type { Offer } from './list-offers'
import type { Terms } from './match-offer'

/** So much must be left of a payment when it arrives, for the relayer to send it and a block to include it. */
const MIN_SECONDS_LEFT = 10n
/** A signature that holds longer than was asked for stays usable by strangers; clients' clocks may be off by this. */
const MAX_SECONDS = 3_600n

type Head = { number: bigint; timestamp: bigint }

/** Reasons of a refusal, for every facilitator the same. */
type Reason =
  | 'expired'
  | 'not_yet_valid'
  | 'valid_too_long'
  | 'wrong_signature'
  | 'insufficient_funds'
  | 'nonce_used'
  | 'wallet_not_deployed'
  | 'refused'

// Facilitators agree on no spelling; these parts of their reasons mean the same.
const REASONS: [RegExp, Reason][] = [
  [/valid_before|deadline|expired/i, 'expired'],
  [/valid_after|not_yet_valid/i, 'not_yet_valid'],
  [/factory|undeployed|counterfactual/i, 'wallet_not_deployed'],
  [/signature/i, 'wrong_signature'],
  [/insufficient/i, 'insufficient_funds'],
  [/nonce/i, 'nonce_used'],
]

const EXPLANATIONS: Record<Reason, string> = {
  expired: 'it has expired or is about to. Sign a new one.',
  not_yet_valid: 'it is not valid yet. Sign one with validAfter 0.',
  valid_too_long: 'it holds for more than an hour. Sign one that expires after maxTimeoutSeconds.',
  wrong_signature: "the signature is not the payer's over it. Sign it with the wallet that pays.",
  insufficient_funds: 'the wallet does not hold enough USDC.',
  nonce_used: 'its nonce is used already. Sign a new one.',
  wallet_not_deployed: 'the wallet is not deployed yet. Send a transaction from it first.',
  refused: 'the chain would refuse it.',
}

/**
 * Checks a payment by its time and by its facilitator; answers the head it was checked at. Throws `payment_failed` with
 * `reason`, `PERMIT2_ALLOWANCE_REQUIRED`, `dependency_unavailable`.
 */
export async function assertVerified(
  payment: PaymentPayload,
  { offer, terms, head }: { offer: Offer; terms: Terms; head: Head },
): Promise<Head> {
  const reason = reasonByTime(terms, head.timestamp)
  if (reason) throw failed(reason)
  const verdict = await offer.facilitator.verify(payment, offer.requirements)
  if (verdict.isValid) return head
  if (/allowance/i.test(verdict.reason)) throw allowanceRequired(BigInt(offer.requirements.amount))
  const known = REASONS.find(([words]) => words.test(verdict.reason))
  throw failed(known ? known[1] : 'refused', verdict.reason)
}

function reasonByTime({ validAfter, validBefore }: Terms, now: bigint): Reason | null {
  if (validBefore < now + MIN_SECONDS_LEFT) return 'expired'
  if (validBefore > now + MAX_SECONDS) return 'valid_too_long'
  return validAfter > now ? 'not_yet_valid' : null
}

function failed(reason: Reason, facilitatorReason?: string): AppError {
  return new AppError('payment_failed', `The payment cannot be settled: ${EXPLANATIONS[reason]}`, {
    details: { reason, ...(facilitatorReason ? { facilitatorReason: facilitatorReason.slice(0, 200) } : {}) },
  })
}

function allowanceRequired(amount: bigint): AppError {
  const asset = env().USDC_ADDRESS
  return new AppError(
    'PERMIT2_ALLOWANCE_REQUIRED',
    `Permit2 may not take ${formatUsdc(amount)} USDC from this wallet yet. Call approve(${permit2Address}, amount) on ${asset} once, then send the same payment again; or sign the exact entry of accepts.`,
    { details: { asset, spender: permit2Address, required: amount.toString() } },
  )
}
