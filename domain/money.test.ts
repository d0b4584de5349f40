import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatUsdc, MAX_UINT256, parseUsdc } from './money'

describe('parseUsdc', () => {
  test.each([
    ['10', 10_000_000n],
    ['1,250.50', 1_250_500_000n],
    ['$ 3', 3_000_000n],
    ['0.000001 USDC', 1n],
    ['.5', 500_000n],
    ['7.', 7_000_000n],
  ])('%s is %d atomic units', (text, atomic) => {
    expect(parseUsdc(text)).toEqual({ ok: true, amount: atomic })
  })

  test.each([
    ['', 'empty'],
    ['-1', 'negative'],
    ['−1', 'negative'],
    ['1e3', 'scientific'],
    ['1.0000001', 'too_many_decimals'],
    ['1,25', 'not_a_number'],
    ['12,50.00', 'not_a_number'],
    ['0x10', 'not_a_number'],
    ['NaN', 'not_a_number'],
    ['.', 'not_a_number'],
    ['9'.repeat(80), 'too_large'],
  ])('%s is refused as %s', (text, problem) => {
    expect(parseUsdc(text)).toEqual({ ok: false, problem })
  })
})

test('every amount survives writing and reading in every style', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: MAX_UINT256 }),
      fc.constantFrom('display', 'exact', 'plain'),
      (atomic, style) => {
        expect(parseUsdc(formatUsdc(atomic, { style }))).toEqual({ ok: true, amount: atomic })
      },
    ),
  )
})

test.each([
  [1_250_000_000n, '1,250.00'],
  [1n, '0.000001'],
  [-500_000n, '-0.50'],
  [1_234_500n, '1.2345'],
])('%d is shown as %s', (atomic, text) => {
  expect(formatUsdc(atomic)).toBe(text)
})
