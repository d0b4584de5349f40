import { expect, test } from 'vitest'
import { deliveryState, prettyBody, reasonWords } from './delivery-words'

test.each([
  ['status_500', 'It answered 500'],
  ['status_302', 'It answered 302; redirects are not followed'],
  ['timed_out', 'It did not answer within 15 seconds'],
  ['something new', 'It failed'],
])('%s is said as %s', (error, words) => expect(reasonWords(error)).toBe(words))

test.each([
  [{ status: 'delivered', attempts: 3, lastError: null }, 'Delivered'],
  [{ status: 'pending', attempts: 0, lastError: null }, 'On its way'],
  [{ status: 'pending', attempts: 2, lastError: 'timed_out' }, 'Retrying'],
  [{ status: 'failed', attempts: 10, lastError: 'status_500' }, 'Failed'],
] as const)('%o is %s', (delivery, word) => expect(deliveryState(delivery).word).toBe(word))

test('a message that fails is neither said to be on its way nor explained by its code', () => {
  const state = deliveryState({ status: 'pending', attempts: 9, lastError: 'status_500' })
  expect(state).toMatchObject({ tone: 'caution', word: 'Retrying' })
  expect(state.hint).toContain('It answered 500')
  expect(state.hint).not.toContain('status_')
})

test('a body that is no JSON stays as it is', () => {
  expect(prettyBody('{"a":1}')).toBe('{\n  "a": 1\n}')
  expect(prettyBody('<b>')).toBe('<b>')
})
