import { expect, test } from 'vitest'
import { NO_LIMITS, readLimits } from './read-limits'

const now = Date.UTC(2026, 10, 21)

test('nothing typed and no end chosen means neither', () => {
  expect(readLimits(NO_LIMITS, { now })).toEqual({ monthlyLimit: null, expiresAt: null })
})

test('the limit becomes micro USDC, the end a time', () => {
  expect(readLimits({ limit: '1,250.50', end: '7' }, { now })).toEqual({
    monthlyLimit: '1250500000',
    expiresAt: '2026-11-28T00:00:00.000Z',
  })
})

test('an end that is kept stays to the millisecond', () => {
  const current = '2027-01-01T12:34:56.789Z'
  expect(readLimits({ limit: '', end: 'keep' }, { now, current })?.expiresAt).toBe(current)
})

test.each(['1.2345678', '-5', 'lots', '0', '1e6'])('the limit "%s" is not read', (limit) => {
  expect(readLimits({ limit, end: 'never' }, { now })).toBeNull()
})
