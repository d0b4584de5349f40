import * as z from 'zod'

/** A signature in hex: 65 bytes of an ordinary account, more from a smart wallet (ERC-1271, ERC-6492). */
export const signatureSchema = z
  .string()
  .max(2 + 2 * 16_384)
  .regex(/^0x(?:[0-9a-fA-F]{2}){1,16384}$/, 'Must be a signature in hex: 0x and whole bytes.')
  .transform((text) => text as `0x${string}`)
