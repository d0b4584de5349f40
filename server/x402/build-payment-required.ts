import type { PaymentRequired } from '@x402/core/types'
import { isX402Enabled } from './is-x402-enabled'
import { listOffers } from './list-offers'

export type PaymentRequest = {
  /** Micro USDC. */
  amount: bigint
  /** Where the payment is to be sent: the absolute URL of the route that answers 402. */
  resourceUrl: string
  description: string
}

/**
 * What a 402 asks for (x402 v2): `accepts` with one entry for each scheme that can be settled here. Null when x402 is off or
 * nobody can settle, so that the 402 offers nothing it would not honour.
 */
export async function buildPaymentRequired({
  amount,
  resourceUrl,
  description,
}: PaymentRequest): Promise<PaymentRequired | null> {
  if (!isX402Enabled()) return null
  const offers = await listOffers(amount)
  const accepts = offers.filter(({ isAdvertised }) => isAdvertised).map(({ requirements }) => requirements)
  if (accepts.length === 0) return null
  return {
    x402Version: 2,
    error: 'PAYMENT-SIGNATURE header is required',
    resource: { url: resourceUrl, description, mimeType: 'application/json' },
    accepts,
  }
}

/** The value of the PAYMENT-REQUIRED header: base64 of the JSON. */
export function encodePaymentRequired(paymentRequired: PaymentRequired): string {
  return Buffer.from(JSON.stringify(paymentRequired)).toString('base64')
}
