import { AppError } from '@/server/core/app-error'
import { buildPaymentRequired, encodePaymentRequired, type PaymentRequest } from './build-payment-required'

/** A payment that was refused with 402, with what would be taken instead: its payer can sign that at once. Anything else as it is. */
export async function offerAgain(thrown: unknown, request: PaymentRequest): Promise<unknown> {
  const isRefused = thrown instanceof AppError && thrown.status === 402
  const offer = isRefused ? await buildPaymentRequired(request) : null
  if (!isRefused || !offer) return thrown
  const { x402Version, resource, accepts } = offer
  const { code, message, details, headers } = thrown
  return new AppError(code, message, {
    cause: thrown,
    details: { ...details, x402Version, resource, accepts },
    headers: { ...headers, 'payment-required': encodePaymentRequired({ ...offer, error: message }) },
  })
}
