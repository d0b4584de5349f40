import * as z from 'zod'
import { parseAddress } from './address'

/** An address in any case, read as its stored form. Apart from `address.ts`, so that pages without forms load no zod. */
export const addressSchema = z
  .string()
  .max(64)
  .transform((text, ctx) => {
    const address = parseAddress(text)
    if (address) return address
    ctx.addIssue({
      code: 'custom',
      message: 'Must be an address: 0x and 40 hex digits; mixed case must match its EIP-55 checksum.',
    })
    return z.NEVER
  })
