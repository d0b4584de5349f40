import { formatUsdc, type MoneyProblem, parseUsdc, type Usdc } from '@/domain/money'

export type AmountLimits = {
  /** The most that can be given, in atomic units. */
  balance?: bigint
  /** How to call it in a refusal: "the wallet holds", "the pool has available". */
  balanceWords?: string
  /** The least that is accepted, in atomic units. */
  minimum?: bigint
  /** The most that is accepted, in atomic units, whatever the balance. */
  maximum?: bigint
}

export type ReadAmount =
  | { ok: true; amount: Usdc }
  | {
      ok: false
      reason: MoneyProblem | 'zero' | 'below_minimum' | 'above_maximum' | 'over_balance'
      words: string
    }

const WORDS: Record<MoneyProblem, string> = {
  empty: 'Enter an amount.',
  not_a_number: 'Enter an amount such as 1,250.50, with a point before the decimals.',
  scientific: 'Write the amount out in digits, without an exponent.',
  negative: 'The amount must be more than zero.',
  too_many_decimals: 'USDC has 6 decimals; this amount has more. Nothing is rounded for you.',
  too_large: 'This is more than any USDC amount can be.',
}

/** Reads what a person typed against the limits, in atomic units, or says in words why it is refused. */
export function readAmount(text: string, limits: AmountLimits = {}): ReadAmount {
  const parsed = parseUsdc(text)
  if (!parsed.ok) return { ok: false, reason: parsed.problem, words: WORDS[parsed.problem] }
  const { amount } = parsed
  const { balance, balanceWords = 'the balance is', minimum, maximum } = limits
  if (amount === 0n) return { ok: false, reason: 'zero', words: WORDS.negative }
  if (minimum !== undefined && amount < minimum) {
    const words = `The least is ${formatUsdc(minimum)} USDC; this is ${formatUsdc(amount)} USDC.`
    return { ok: false, reason: 'below_minimum', words }
  }
  if (maximum !== undefined && amount > maximum) {
    const words = `The most is ${formatUsdc(maximum)} USDC; this is ${formatUsdc(amount)} USDC.`
    return { ok: false, reason: 'above_maximum', words }
  }
  if (balance !== undefined && amount > balance) {
    const words = `This is ${formatUsdc(amount)} USDC, but ${balanceWords} ${formatUsdc(balance)} USDC.`
    return { ok: false, reason: 'over_balance', words }
  }
  return { ok: true, amount }
}
