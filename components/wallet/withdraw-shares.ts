import type { AmountPreset } from '../money/amount-field'

const SHARES = [25n, 50n, 75n, 100n] as const

/** Presets by share of the pool, cut to whole atomic units; Max is all of it. Shares that come to nothing are left out. */
export function sharesOf(pool: bigint): AmountPreset[] {
  return SHARES.map((share) => ({
    label: share === 100n ? 'Max' : `${share} %`,
    amount: (pool * share) / 100n,
  })).filter(({ amount }) => amount > 0n)
}
