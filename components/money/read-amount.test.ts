import { expect, test } from 'vitest'
import { shortUsdc } from './amount'
import { readAmount } from './read-amount'

test('a pasted amount with thousands separators is read exactly', () => {
  expect(readAmount(' 1,250.50 USDC ')).toEqual({ ok: true, amount: 1_250_500_000n })
})

test.each([
  ['', 'empty'],
  ['0', 'zero'],
  ['0.000000', 'zero'],
  ['-5', 'negative'],
  ['1e3', 'scientific'],
  ['1.0000001', 'too_many_decimals'],
  ['ten', 'not_a_number'],
])('"%s" is refused as %s, in a sentence', (text, reason) => {
  const read = readAmount(text)
  expect(read).toMatchObject({ ok: false, reason })
  expect(read.ok ? '' : read.words).toMatch(/\.$/)
})

test('more than the balance is refused with both numbers', () => {
  const read = readAmount('10.000001', { balance: 10_000_000n, balanceWords: 'the wallet holds' })
  expect(read).toEqual({
    ok: false,
    reason: 'over_balance',
    words: 'This is 10.000001 USDC, but the wallet holds 10.00 USDC.',
  })
})

test('the whole balance and the minimum themselves are accepted', () => {
  expect(readAmount('10', { balance: 10_000_000n, minimum: 10_000_000n })).toMatchObject({ ok: true })
})

test.each([
  [1_239_999n, '1.23'],
  [9_999n, '<0.01'],
  [-9_999n, '>−0.01'],
  [0n, '0.00'],
  [1_250_000_000n, '1,250.00'],
])('%d atomic units are short as %s: cut, never rounded up, never a false zero', (atomic, words) => {
  expect(shortUsdc(atomic)).toBe(words)
})
