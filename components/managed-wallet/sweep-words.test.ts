import { expect, test } from 'vitest'
import { PAYOUT_STATUSES } from '@/domain/payout-status'
import { isSweepMoving, sweepWords } from './sweep-words'

test('each state has words, and moves until it has ended', () => {
  for (const status of PAYOUT_STATUSES) {
    const failureReason = status === 'failed' ? 'expired' : null
    expect(sweepWords({ status, failureReason }).hint).not.toBe('')
    expect(isSweepMoving({ status, failureReason })).toBe(!['confirmed', 'failed'].includes(status))
  }
})

test('a time-out is not said to be a failure, and is followed on', () => {
  const timedOut = { status: 'failed', failureReason: 'tx_confirmation_timeout' } as const
  expect(sweepWords(timedOut)).toMatchObject({ tone: 'caution', label: 'Not seen yet' })
  expect(isSweepMoving(timedOut)).toBe(true)
})

test('a reason keeps its words with a suffix behind it', () => {
  const failed = { status: 'failed', failureReason: 'signing_failed:kms' } as const
  expect(sweepWords(failed).hint).toContain('could not sign')
})

test.each([['tx_reverted'], ['authorization_expired'], ['authorization_expired:cancelled']])(
  'what was sent and never paid (%s) is not said to be unsent',
  (failureReason) => {
    const { label, hint } = sweepWords({ status: 'failed', failureReason })
    expect(label).toBe('Not paid')
    expect(hint.toLowerCase()).toContain('nothing was paid')
    expect(hint.toLowerCase()).not.toContain('nothing was sent')
  },
)
