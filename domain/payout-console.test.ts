import { expect, test } from 'vitest'
import { failureWords } from './payout-console'
import { FAILURE_REASONS } from './payout-status'

test('of USDC on its way back to the workspace nothing is said of an agent', () => {
  for (const reason of FAILURE_REASONS) {
    if (reason.startsWith('mandate_')) continue
    expect(Object.values(failureWords(reason, 'sweep')).join(' ')).not.toMatch(/agent|payoutId/)
  }
  expect(failureWords('unheard of', 'sweep').next).not.toMatch(/agent/)
})

test('an authorization that was cancelled is not said to have ended by itself', () => {
  expect(failureWords('authorization_expired:cancelled').what).toContain('cancelled on chain')
  expect(failureWords('authorization_expired').what).toContain('ended unused')
})
