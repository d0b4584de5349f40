import { expect, test } from 'vitest'
import { leftWords } from './left-words'

test.each([
  [0, '0:00'],
  [9, '0:09'],
  [899, '14:59'],
  [3599, '59:59'],
  [3600, '1 h 00 min'],
  [7500, '2 h 05 min'],
  [172_800, '2 days'],
])('%i seconds read %s', (seconds, words) => {
  expect(leftWords(seconds)).toBe(words)
})
