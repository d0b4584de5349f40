import { expect, test } from 'vitest'
import { FAILURE_REASONS } from '@/domain/payout-status'
import { payoutState } from './payout-state'

const failed = (failureReason: string) => payoutState({ status: 'failed', failureReason })

test('each reason has words of its own', () => {
  for (const reason of FAILURE_REASONS) expect(failed(reason).label).not.toBe('Failed')
})

test('what was sent and never used is not said to be unsent', () => {
  for (const reason of ['tx_reverted', 'authorization_expired', 'authorization_expired:cancelled']) {
    expect(failed(reason).hint).toContain('othing was paid')
    expect(failed(reason).hint).not.toMatch(/not be sent|nothing was sent/i)
  }
  expect(failed('authorization_expired:cancelled').hint).toContain('cancelled on chain')
})

test('what stopped the signing is named, and any other suffix changes nothing', () => {
  expect(failed('signing_failed:killed')).toEqual(failed('killed'))
  expect(failed('signing_failed:kms')).toEqual(failed('signing_failed'))
})

const expiresAt = '2026-11-21T18:00:00.000Z'
const validBefore = Date.parse('2026-11-21T19:00:00.000Z') / 1000

test.each(['pending_authorization', 'authorized'] as const)('%s says when it ends by itself', (status) => {
  expect(payoutState({ status, failureReason: null, expiresAt }).hint).toContain('21 Nov 2026, 18:00:00 UTC')
})

test('a payout that is unknown says by when the chain will have proved one or the other', () => {
  const unknown = { status: 'failed', failureReason: 'tx_confirmation_timeout' } as const
  expect(payoutState({ ...unknown, validBefore }).hint).toContain('21 Nov 2026, 19:00:00 UTC')
  expect(payoutState(unknown).label).toBe(payoutState({ ...unknown, validBefore }).label)
})

test('what is over names no time to wait for', () => {
  const denied = { status: 'failed', failureReason: 'user_denied' } as const
  expect(payoutState({ ...denied, expiresAt, validBefore }).hint).toBe(payoutState(denied).hint)
})
