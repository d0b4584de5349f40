import * as z from 'zod'
import { MAX_UINT256 } from './money'

/** Atomic units of USDC as a decimal string: `"1000000"` is 1 USDC. May be negative only where a doc comment says so. */
export const atomicString = z.string().regex(/^-?\d+$/)

/** An amount that somebody sends, zero or more atomic units as a decimal string; read as `bigint`. */
export const amountAtomicSchema = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,77})$/, 'Must be a whole number of atomic units as a decimal string.')
  .transform((text, ctx) => {
    const amount = BigInt(text)
    if (amount <= MAX_UINT256) return amount
    ctx.addIssue({ code: 'custom', message: 'Must be at most 2^256 - 1.' })
    return z.NEVER
  })
