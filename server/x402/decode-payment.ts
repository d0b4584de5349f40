import { AppError } from '@/server/core/app-error'
import { parseJson } from '@/server/http/read-body'
import {
  type ExactPayload,
  exactPayload,
  type PaymentEnvelope,
  paymentEnvelope,
  type UptoPayload,
  uptoPayload,
} from './payment-payload'

/** Node takes 16 KiB of headers in all; a payment has under 2 KiB, a wallet that is not deployed yet up to 6 KiB. */
const MAX_HEADER_CHARACTERS = 12_288
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export type SignedPayment = { envelope: PaymentEnvelope } & (
  | { scheme: 'exact'; signed: ExactPayload }
  | { scheme: 'upto'; signed: UptoPayload }
  /** A scheme that Bursar does not know: readable, and never what was asked for. */
  | { scheme: 'unknown' }
)

/**
 * Reads the value of PAYMENT-SIGNATURE (or of X-PAYMENT, with a payload of version 2). Strict: one way to write base64, no
 * unknown fields in what is signed. Throws `payment_invalid`.
 */
export function decodePayment(header: string): SignedPayment {
  const envelope = readEnvelope(header)
  const { scheme } = envelope.accepted
  if (scheme === 'exact') {
    const signed = exactPayload.safeParse(envelope.payload)
    if (!signed.success) throw unreadable(`its exact payload is wrong at ${pathOf(signed.error)}`)
    return { envelope, scheme, signed: signed.data }
  }
  if (scheme === 'upto') {
    const signed = uptoPayload.safeParse(envelope.payload)
    if (!signed.success) throw unreadable(`its upto payload is wrong at ${pathOf(signed.error)}`)
    return { envelope, scheme, signed: signed.data }
  }
  return { envelope, scheme: 'unknown' }
}

function readEnvelope(header: string): PaymentEnvelope {
  if (header.length > MAX_HEADER_CHARACTERS)
    throw unreadable(`it is longer than ${MAX_HEADER_CHARACTERS} characters`)
  if (header === '' || !BASE64.test(header)) throw unreadable('it is not base64')
  let json: unknown
  try {
    json = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'base64')))
  } catch (cause) {
    throw unreadable('its base64 holds no JSON', cause)
  }
  const envelope = paymentEnvelope.safeParse(json)
  if (envelope.success) return envelope.data
  throw unreadable(`it is no x402 payment of version 2: see ${pathOf(envelope.error)}`)
}

function pathOf({ issues: [issue] }: { issues: readonly { path: PropertyKey[] }[] }): string {
  return issue?.path.map(String).join('.').slice(0, 100) || 'the whole'
}

function unreadable(why: string, cause?: unknown): AppError {
  return new AppError(
    'payment_invalid',
    `The payment cannot be read: ${why}. Send the base64 of the x402 v2 payload as PAYMENT-SIGNATURE.`,
    { cause },
  )
}
