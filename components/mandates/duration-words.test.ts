import { expect, test } from 'vitest'
import { durationWords } from './duration-words'

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [59, '59 seconds'],
  [60, '1 minute'],
  [90, '1 minute 30 seconds'],
  [28_800, '8 hours'],
  [86_400, '1 day'],
  [90_000, '1 day 1 hour'],
  [100_000, '1 day 3 hours'],
  [31_536_000, '365 days'],
])('%d seconds are %s', (seconds, words) => expect(durationWords(seconds)).toBe(words))
