import { expect, test } from 'vitest'
import { secondsLeft } from './seconds-left'

const six = { required: 6, blockTimeSeconds: 2, seenAt: 1_000_000 }

test('counts a block time for each confirmation that is missing', () => {
  expect(secondsLeft({ ...six, confirmations: 0, now: 1_000_000 })).toBe(12)
  expect(secondsLeft({ ...six, confirmations: 3, now: 1_000_000 })).toBe(6)
  expect(secondsLeft({ ...six, confirmations: 5, now: 1_000_000 })).toBe(2)
})

test('goes down while the next block is awaited, and never below nothing', () => {
  expect(secondsLeft({ ...six, confirmations: 5, now: 1_000_500 })).toBe(2)
  expect(secondsLeft({ ...six, confirmations: 5, now: 1_001_500 })).toBe(1)
  expect(secondsLeft({ ...six, confirmations: 5, now: 1_030_000 })).toBe(0)
  expect(secondsLeft({ ...six, confirmations: 9, now: 1_000_000 })).toBe(0)
})

test('a clock that went back does not make it longer', () => {
  expect(secondsLeft({ ...six, confirmations: 4, now: 900_000 })).toBe(4)
})
