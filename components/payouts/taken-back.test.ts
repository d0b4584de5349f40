import { expect, test } from 'vitest'
import { payoutState } from './payout-state'

const confirmed = { status: 'confirmed', failureReason: null } as const

test.each(['sent_again', 'undecided', 'gone'] as const)(
  'a payment taken back is no success: %s',
  (takenBack) => {
    const { tone, label, hint } = payoutState({ ...confirmed, takenBack })
    expect(tone).toBe('danger')
    expect(label).not.toBe(payoutState(confirmed).label)
    expect(hint).toContain('took its block back')
  },
)

test('only a payment that is sent again is said to be', () => {
  const says = (takenBack: 'sent_again' | 'undecided' | 'gone') =>
    payoutState({ ...confirmed, takenBack }).hint.includes('is sent again')
  expect([says('sent_again'), says('undecided'), says('gone')]).toEqual([true, false, false])
})
