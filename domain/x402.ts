import * as z from 'zod'
import { usdc } from './money'

/** What a top-up by x402 may be, in micro USDC: 2.50 to 500, and 5 when nothing is said. */
export const MIN_X402_TOPUP = usdc(2_500_000n)
export const MAX_X402_TOPUP = usdc(500_000_000n)
export const DEFAULT_X402_TOPUP = usdc(5_000_000n)

/** 0.01 USDC. A settlement takes some 95,000 gas; what is cheaper is paid from the virtual balance, so that dust drains no relayer. */
export const MIN_X402_PAYMENT = usdc(10_000n)

export const x402TopupInput = z.strictObject({
  /** Read exactly as it is written, beside this check of its type. */
  amount_usd: z.number('Must be a JSON number such as 5 or 2.5.').optional(),
  chain_id: z.int().positive().optional(),
})

export const x402TopupView = z.strictObject({
  topup_id: z.uuid(),
  tx_hash: z.string().regex(/^0x[0-9a-f]{64}$/),
  chain_id: z.int(),
  payer: z.string(),
  amount_usd: z.string(),
  /** Micro USDC as a decimal string. */
  amount_atomic: z.string(),
  credited_at: z.iso.datetime(),
  /** Right after this credit. */
  virtual_balance_usd: z.string(),
  agent_id: z.string(),
  /** The token of an agent that this payment made. Shown in the first answer only. */
  bearer: z.string().optional(),
})
export type X402TopupView = z.infer<typeof x402TopupView>

export const x402PendingView = z.strictObject({ status: z.literal('pending'), topup_id: z.uuid() })
