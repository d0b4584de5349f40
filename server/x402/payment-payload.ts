import { z } from 'zod'
import { addressSchema } from '@/domain/address-schema'
import { MAX_UINT256 } from '@/domain/money'

// A passkey wallet's signature that is wrapped to be valid before its deployment (ERC-6492) takes some 2,000 bytes.
const MAX_SIGNATURE_DIGITS = 8_192

const uint256 = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/, 'Must be a whole number as a decimal string.')
  .transform((text) => BigInt(text))
  .refine((value) => value <= MAX_UINT256, 'Must fit into 256 bits.')
const bytes32 = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'Must be 0x and 64 hex digits.')
  .transform((text) => text.toLowerCase() as `0x${string}`)
const signature = z
  .string()
  .max(MAX_SIGNATURE_DIGITS)
  .regex(/^0x(?:[0-9a-fA-F]{2})+$/, 'Must be 0x and an even number of hex digits.')
  .transform((text) => text.toLowerCase() as `0x${string}`)

/** EIP-3009: what `exact` carries. */
export const exactPayload = z.strictObject({
  signature,
  authorization: z.strictObject({
    from: addressSchema,
    to: addressSchema,
    value: uint256,
    validAfter: uint256,
    validBefore: uint256,
    nonce: bytes32,
  }),
})

/** Permit2 with a witness: what `upto` carries. */
export const uptoPayload = z.strictObject({
  signature,
  permit2Authorization: z.strictObject({
    permitted: z.strictObject({ token: addressSchema, amount: uint256 }),
    from: addressSchema,
    spender: addressSchema,
    nonce: uint256,
    deadline: uint256,
    witness: z.strictObject({ to: addressSchema, facilitator: addressSchema, validAfter: uint256 }),
  }),
})

export type ExactPayload = z.output<typeof exactPayload>
export type UptoPayload = z.output<typeof uptoPayload>

/** The x402 v2 envelope. Extensions are not read: nothing that Bursar offers needs one. */
export const paymentEnvelope = z.object({
  x402Version: z.literal(2),
  resource: z.looseObject({ url: z.string().max(2_000) }).optional(),
  accepted: z.strictObject({
    scheme: z.string().max(40),
    network: z.string().max(80),
    asset: z.string().max(80),
    amount: z.string().max(80),
    payTo: z.string().max(80),
    maxTimeoutSeconds: z.number(),
    extra: z.record(z.string().max(80), z.unknown()).optional(),
  }),
  payload: z.record(z.string().max(80), z.unknown()),
})

export type PaymentEnvelope = z.output<typeof paymentEnvelope>
