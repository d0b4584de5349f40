import type { AmountPreset } from '../money/amount-field'

/** What a payment by signature may be: 2.50 to 500 USDC, as the x402 top-up takes it. */
export const MIN_SIGNED_ATOMIC = 2_500_000n
export const MAX_SIGNED_ATOMIC = 500_000_000n

export const TOP_UP_PRESETS: readonly AmountPreset[] = [5, 20, 50, 100].map((whole) => ({
  label: String(whole),
  amount: BigInt(whole) * 1_000_000n,
}))
