import type { PaymentRequirements } from '@x402/core/types'
import { storedAddress } from '@/domain/address'
import { x402UptoPermit2ProxyAddress } from '@/domain/canonical-addresses'
import { formatUsdc } from '@/domain/money'
import { AppError } from '@/server/core/app-error'
import type { SignedPayment } from './decode-payment'
import type { ExactPayload, PaymentEnvelope, UptoPayload } from './payment-payload'

type Accepted = PaymentEnvelope['accepted']
export type KnownScheme = Exclude<SignedPayment, { scheme: 'unknown' }>

/** What the payer signed, the same for every scheme. */
export type Terms = {
  payer: `0x${string}`
  nonce: string
  validAfter: bigint
  validBefore: bigint
  signature: `0x${string}`
}

/**
 * Finds the offer that this payment pays, to the letter. Throws `payment_mismatch` with the names of what differs from the
 * nearest offer.
 */
export function matchOffer<T extends { requirements: PaymentRequirements }>(
  payment: SignedPayment,
  { offers, resourceUrl }: { offers: readonly T[]; resourceUrl: string },
): { offer: T; payment: KnownScheme } {
  const ranked = offers
    .map((offer) => ({ offer, differs: differencesOf(payment, offer.requirements, resourceUrl) }))
    .sort((a, b) => a.differs.length - b.differs.length)
  const [nearest] = ranked
  if (!nearest || payment.scheme === 'unknown') throw mismatch(['scheme'], offers)
  if (nearest.differs.length > 0) throw mismatch(nearest.differs, offers)
  return { offer: nearest.offer, payment }
}

function differencesOf(payment: SignedPayment, offer: PaymentRequirements, resourceUrl: string): string[] {
  const { accepted, resource } = payment.envelope
  const differs = acceptedDifferences(accepted, offer)
  if (resource && resource.url !== resourceUrl) differs.push('resource.url')
  if (payment.scheme === 'exact') differs.push(...exactDifferences(payment.signed, offer))
  if (payment.scheme === 'upto') differs.push(...uptoDifferences(payment.signed, offer))
  return differs
}

function acceptedDifferences(accepted: Accepted, offer: PaymentRequirements): string[] {
  const { scheme, network, amount, maxTimeoutSeconds } = offer
  const same: [string, boolean][] = [
    ['scheme', accepted.scheme === scheme],
    ['network', accepted.network === network],
    ['asset', isSame(accepted.asset, offer.asset)],
    ['amount', accepted.amount === amount],
    ['payTo', isSame(accepted.payTo, offer.payTo)],
    ['maxTimeoutSeconds', accepted.maxTimeoutSeconds === maxTimeoutSeconds],
  ]
  const extra = accepted.extra ?? {}
  const names = new Set([...Object.keys(extra), ...Object.keys(offer.extra)])
  for (const name of names) {
    const [given, asked] = [extra[name], offer.extra[name]]
    const isEqual = typeof given === 'string' && typeof asked === 'string' && isSame(given, asked)
    same.push([`extra.${name.slice(0, 40)}`, isEqual])
  }
  return same.filter(([, isEqual]) => !isEqual).map(([name]) => name)
}

function exactDifferences({ authorization }: ExactPayload, offer: PaymentRequirements): string[] {
  return [
    ...(isSame(authorization.to, offer.payTo) ? [] : ['payload.authorization.to']),
    ...(authorization.value.toString() === offer.amount ? [] : ['payload.authorization.value']),
  ]
}

function uptoDifferences({ permit2Authorization }: UptoPayload, offer: PaymentRequirements): string[] {
  const { permitted, spender, witness } = permit2Authorization
  const at = 'payload.permit2Authorization'
  return [
    ...(isSame(permitted.token, offer.asset) ? [] : [`${at}.permitted.token`]),
    ...(permitted.amount.toString() === offer.amount ? [] : [`${at}.permitted.amount`]),
    ...(isSame(spender, x402UptoPermit2ProxyAddress) ? [] : [`${at}.spender`]),
    ...(isSame(witness.to, offer.payTo) ? [] : [`${at}.witness.to`]),
    ...(isSame(witness.facilitator, String(offer.extra.facilitatorAddress))
      ? []
      : [`${at}.witness.facilitator`]),
  ]
}

/** Of a payment as it came: nothing in it is judged here. */
export function termsOf(payment: KnownScheme): Terms {
  if (payment.scheme === 'exact') {
    const { authorization, signature } = payment.signed
    const { from, nonce, validAfter, validBefore } = authorization
    return { payer: storedAddress(from), nonce, validAfter, validBefore, signature }
  }
  const { permit2Authorization, signature } = payment.signed
  const { from, nonce, deadline, witness } = permit2Authorization
  return {
    payer: storedAddress(from),
    nonce: nonce.toString(),
    validAfter: witness.validAfter,
    // Permit2 still takes its deadline's own second, USDC no longer takes validBefore's.
    validBefore: deadline + 1n,
    signature,
  }
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function mismatch(differs: string[], offers: readonly { requirements: PaymentRequirements }[]): AppError {
  const amount = offers[0]?.requirements.amount
  const asked = amount === undefined ? '' : ` of ${formatUsdc(BigInt(amount))} USDC`
  return new AppError(
    'payment_mismatch',
    `The payment is not what was asked for${asked}: ${differs.join(', ')} differ. Sign one entry of accepts as it stands.`,
    { details: { differs } },
  )
}
