import { expect, test } from 'vitest'
import { RETRY_SECONDS, retryDelay } from './retry-delay'

test.each([
  [1, 5],
  [2, 300],
  [3, 1_800],
  [4, 7_200],
  [5, 18_000],
  [6, 36_000],
  [7, 50_400],
  [8, 72_000],
  [9, 72_000],
  [10, null],
  [11, null],
])('after %s failed tries it waits %s seconds', (failures, seconds) => {
  expect(retryDelay(failures, () => 0.5)).toBe(seconds)
})

test('tries go on for three days and no longer', () => {
  const hours = RETRY_SECONDS.reduce((sum, seconds) => sum + seconds, 0) / 3_600
  expect(hours).toBeGreaterThan(71)
  expect(hours).toBeLessThanOrEqual(72)
})

test('each wait is up to a tenth shorter or longer', () => {
  expect(retryDelay(1, () => 0)).toBeCloseTo(4.5)
  expect(retryDelay(1, () => 0.999_999)).toBeCloseTo(5.5)
})
