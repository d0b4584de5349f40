import { USDC_DECIMALS, type Usdc, usdc } from './money'

/** One billion USDC: more than that is a mistake in every request of ours. */
export const MAX_USD_NUMBER = 1_000_000_000
const MAX_ATOMIC = BigInt(MAX_USD_NUMBER) * 10n ** BigInt(USDC_DECIMALS)
const JSON_NUMBER = /^(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/

/**
 * Reads a `…_usd` number as it is written in JSON, without passing through a float. Null unless it is above zero, has at
 * most 6 decimals and is at most one billion.
 */
export function parseUsdNumber(text: string): Usdc | null {
  const [matched, whole = '', fraction = '', exponent = '0'] = JSON_NUMBER.exec(text) ?? []
  if (matched === undefined) return null
  const decimals = fraction.length - Number(exponent)
  // More than 6 decimals are refused even where they are zeros; 40 zeros at the other end are more than a billion anyway.
  if (decimals > USDC_DECIMALS || decimals < -40) return null
  const atomic = BigInt(whole + fraction) * 10n ** BigInt(USDC_DECIMALS - decimals)
  return atomic > 0n && atomic <= MAX_ATOMIC ? usdc(atomic) : null
}

/**
 * The number of a top-level field as it stands in a JSON text that `JSON.parse` has accepted, or null when the field is
 * missing or no number.
 */
export function findJsonNumber(json: string, field: string): string | null {
  let depth = 0
  let isField = false
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]|-?\d[\d.eE+-]*|[a-z]+/g)) {
    if (isField) return /^[-\d]/.test(token) ? token : null
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (token.endsWith(':')) isField = depth === 1 && JSON.parse(token.replace(/\s*:$/, '')) === field
  }
  return null
}
