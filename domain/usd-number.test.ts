import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonNumber, parseUsdNumber } from './usd-number'

test.each([
  ['1', 1_000_000n],
  ['0.000001', 1n],
  ['2.50', 2_500_000n],
  ['1e2', 100_000_000n],
  ['1.5E-3', 1_500n],
  ['100e-2', 1_000_000n],
  ['1000000000', 1_000_000_000_000_000n],
] as const)('%s is read exactly', (text, atomic) => {
  expect(parseUsdNumber(text)).toBe(atomic)
})

test.each([
  '0',
  '0.0',
  '-1',
  '-0',
  '0.0000001',
  '1.0000000',
  '0.30000000000000004',
  '1e-7',
  '1e18',
  '1000000000.000001',
  '1e999',
  'NaN',
  '',
  '1.',
  '.5',
  '0x1',
  ' 1',
])('%s is refused', (text) => {
  expect(parseUsdNumber(text)).toBeNull()
})

test('a field is found as it is written, at the top level only', () => {
  expect(
    findJsonNumber('{"a":{"amount_usd":9},"b":"\\"amount_usd\\":8","amount_usd" : 1.10}', 'amount_usd'),
  ).toBe('1.10')
  expect(findJsonNumber('{"amount_\\u0075sd":3e0}', 'amount_usd')).toBe('3e0')
  expect(findJsonNumber('{"amount_usd":"1"}', 'amount_usd')).toBeNull()
  expect(findJsonNumber('{"amount_usd":null,"other":5}', 'amount_usd')).toBeNull()
  expect(findJsonNumber('[1]', 'amount_usd')).toBeNull()
})

test('every amount in USDC survives JSON', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n }), (atomic) => {
      const text = `${atomic / 1_000_000n}.${(atomic % 1_000_000n).toString().padStart(6, '0')}`
      expect(parseUsdNumber(findJsonNumber(`{"amount_usd":${text}}`, 'amount_usd') ?? '')).toBe(atomic)
    }),
  )
})
