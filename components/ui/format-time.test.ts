import { expect, test } from 'vitest'
import { exactTime, relativeTime } from './format-time'

const NOW = Date.UTC(2026, 10, 21, 7, 46, 57)

test.each([
  [0, 'now'],
  [-2_000, '2 s ago'],
  [-59_000, '59 s ago'],
  [-60_000, '1 min ago'],
  [-3_599_000, '59 min ago'],
  [-7_200_000, '2 h ago'],
  [-86_400_000, '1 day ago'],
  [-3 * 86_400_000, '3 days ago'],
  [-20 * 86_400_000, '1 Nov 2026'],
  [2_000, 'now'],
  [3_000, 'in 3 s'],
  [90_000, 'in 1 min'],
])('%d ms from now is "%s"', (offset, words) => {
  expect(relativeTime(NOW + offset, NOW)).toBe(words)
})

test('the exact time names its zone, so that two people in two places read the same', () => {
  expect(exactTime(new Date(NOW))).toBe('21 Nov 2026, 07:46:57 UTC')
})
