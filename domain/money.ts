/** An amount of USDC in atomic units (1 USDC = 1,000,000). Money is never a float. */
export type Usdc = bigint & { readonly __unit: 'USDC' }

export const USDC_DECIMALS = 6
const ATOMIC_PER_USDC = 1_000_000n
/** The largest value an EVM word holds; `approve` with it means "once for all". */
export const MAX_UINT256 = 2n ** 256n - 1n

export function usdc(atomic: bigint): Usdc {
  return atomic as Usdc
}

export type MoneyProblem =
  | 'empty'
  | 'not_a_number'
  | 'scientific'
  | 'negative'
  | 'too_many_decimals'
  | 'too_large'

export type ParsedUsdc = { ok: true; amount: Usdc } | { ok: false; problem: MoneyProblem }

/**
 * Reads what a person types: `1,250.50`, `$10`, `10 USDC`. More than 6 decimals is a problem, never rounded, and so are
 * signs and exponents.
 */
export function parseUsdc(text: string): ParsedUsdc {
  const trimmed = text
    .trim()
    .replace(/^\$\s*/, '')
    .replace(/\s*USDC$/i, '')
  if (trimmed === '') return { ok: false, problem: 'empty' }
  if (/^[-−]/.test(trimmed)) return { ok: false, problem: 'negative' }
  if (/^[\d.,]+e[+-]?\d+$/i.test(trimmed)) return { ok: false, problem: 'scientific' }
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed
  const match = /^(\d*)(?:\.(\d*))?$/.exec(plain)
  const [, whole = '', fraction = ''] = match ?? []
  if (!match || (whole === '' && fraction === '')) return { ok: false, problem: 'not_a_number' }
  if (fraction.length > USDC_DECIMALS) return { ok: false, problem: 'too_many_decimals' }
  const atomic = BigInt(whole || '0') * ATOMIC_PER_USDC + BigInt(fraction.padEnd(USDC_DECIMALS, '0'))
  if (atomic > MAX_UINT256) return { ok: false, problem: 'too_large' }
  return { ok: true, amount: usdc(atomic) }
}

type FormatOptions = {
  /** `display` shows two to six decimals as needed, grouped; `exact` all six; `plain` no grouping and no trailing zeros. */
  style?: 'display' | 'exact' | 'plain'
}

/** Writes atomic units as a decimal string of USDC without its unit. */
export function formatUsdc(atomic: bigint, { style = 'display' }: FormatOptions = {}): string {
  const sign = atomic < 0n ? '-' : ''
  const magnitude = atomic < 0n ? -atomic : atomic
  const whole = magnitude / ATOMIC_PER_USDC
  const fraction = (magnitude % ATOMIC_PER_USDC).toString().padStart(USDC_DECIMALS, '0')
  if (style === 'plain') {
    const short = fraction.replace(/0+$/, '')
    return `${sign}${whole}${short ? `.${short}` : ''}`
  }
  const grouped = whole.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  const shown = style === 'exact' ? fraction : fraction.replace(/0{1,4}$/, '')
  return `${sign}${grouped}.${shown}`
}
