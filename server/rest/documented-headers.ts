import { z } from '@hono/zod-openapi'
import type { ErrorCode } from '@/domain/errors'

// For the OpenAPI document alone: the handlers read and write these headers themselves.

type Header = { description: string; schema: { type: 'string' | 'integer' } }
export type Headers = Record<string, { $ref: string }>

const text = (description: string): Header => ({ description, schema: { type: 'string' } })

/** Every header that an answer may carry beside HTTP's own, by its name. */
export const ANSWER_HEADERS = {
  'Request-Id': text('The id of this request, as in our log.'),
  RateLimit: text('What is left of the limit, and until when.'),
  'RateLimit-Policy': text('The limit.'),
  'Retry-After': {
    description: 'Seconds after which the request may be repeated.',
    schema: { type: 'integer' },
  },
  'PAYMENT-REQUIRED': text('x402 v2: base64 of what would be accepted. Absent where nothing is offered.'),
  'PAYMENT-RESPONSE': text(
    'x402 v2: base64 of the receipt, or of why a payment failed for good. Absent without a payment that ended.',
  ),
  Link: text('rel="next": the next page, while there is one.'),
  Location: text('Where the new thing is read.'),
} as const satisfies Record<string, Header>

/** References to the headers of an answer, with those that every answer has. */
export function answerHeaders(...names: (keyof typeof ANSWER_HEADERS)[]): Headers {
  const all = ['Request-Id', 'RateLimit', 'RateLimit-Policy', ...names]
  return Object.fromEntries(all.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

const PAYMENT_REFUSALS = new Set<ErrorCode>(['payment_required', 'payment_mismatch', 'payment_failed'])
const TO_WAIT_FOR = new Set<ErrorCode>(['rate_limited', 'dependency_unavailable', 'CONFIRMATIONS_PENDING'])

/** Of the answer that is one of these errors. */
export function problemHeaders(codes: readonly ErrorCode[]): Headers {
  return answerHeaders(
    ...(codes.some((code) => TO_WAIT_FOR.has(code)) ? (['Retry-After'] as const) : []),
    ...(codes.some((code) => PAYMENT_REFUSALS.has(code))
      ? (['PAYMENT-REQUIRED', 'PAYMENT-RESPONSE'] as const)
      : []),
  )
}

const payment = z.string().optional().openapi({
  description:
    'A signed x402 v2 payment in base64, of one entry of accepts. X-PAYMENT is read as its older name.',
})
const key = z.string().min(1).max(255)

export const topUpHeaders = z.object({ 'PAYMENT-SIGNATURE': payment })
export const chargeHeaders = z.object({
  'Idempotency-Key': key.openapi({ description: 'Printable ASCII; kept for 30 days per agent and route.' }),
  'PAYMENT-SIGNATURE': payment,
})
export const paidCallHeaders = z.object({
  'Idempotency-Key': key
    .optional()
    .openapi({ description: 'Printable ASCII. Without one every call is charged.' }),
  'PAYMENT-SIGNATURE': payment,
})
