import { expect, test } from 'vitest'
import { WITHDRAWAL_STATUSES } from '@/domain/withdrawal'
import { isMoving, withdrawalState, withdrawalWaitingWords } from './withdrawal-state'

const of = (parts: Partial<Parameters<typeof withdrawalState>[0]>) =>
  withdrawalState({
    status: 'requested',
    isFinal: false,
    waitingFor: null,
    failureReason: null,
    amountUsdc: '1500000',
    kind: 'revenue',
    ...parts,
  })

test('every status has a word and says what happens next', () => {
  for (const status of WITHDRAWAL_STATUSES) {
    const { label, hint } = of({ status })
    expect(label).not.toBe('')
    expect(hint).toMatch(/\.$/)
  }
})

test('a failed one says why, that no USDC left, and where the money is', () => {
  expect(of({ status: 'failed', failureReason: 'recipient_blocked' }).hint).toBe(
    'USDC has blocked the recipient, so nothing was sent. No USDC left; 1.50 USDC are back in the revenue.',
  )
})

test('what waits says for what, in words also for a refusal of the token', () => {
  expect(of({ waitingFor: 'gas_allowance' })).toMatchObject({ tone: 'caution', label: 'Waiting' })
  expect(withdrawalWaitingWords('would_revert: Blacklistable: account is blacklisted')).toMatch(
    /^USDC has blocked/,
  )
  expect(withdrawalWaitingWords('would_revert: Pausable: paused')).toMatch(/^USDC is paused/)
  expect(withdrawalWaitingWords('would_revert: something new')).toContain('something new')
})

test('only a given back and a final one stand still', () => {
  expect(isMoving({ status: 'failed', isFinal: false })).toBe(false)
  expect(isMoving({ status: 'confirmed', isFinal: true })).toBe(false)
  expect(isMoving({ status: 'confirmed', isFinal: false })).toBe(true)
  expect(isMoving({ status: 'requested', isFinal: false })).toBe(true)
})
