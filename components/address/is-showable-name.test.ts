import { expect, test } from 'vitest'
import { isShowableName } from './is-showable-name'

test.each(['jesse.base.eth', 'vitalik.eth', 'a-1.base.eth'])('%s is shown', (name) => {
  expect(isShowableName(name)).toBe(true)
})

test.each([
  ['reversed text', 'nick\u202Eeth.base.eth'],
  ['a hidden character', 'ni\u200Bck.eth'],
  ['letters of two alphabets', 'раypal.eth'],
  ['capitals, which no registered name has', 'Nick.eth'],
  ['a line break', 'nick.eth\nOWNER'],
  ['more than a row holds', `${'a'.repeat(70)}.eth`],
])('a name with %s is left out', (_, name) => {
  expect(isShowableName(name)).toBe(false)
})
