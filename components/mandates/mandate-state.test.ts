import { expect, test } from 'vitest'
import { mandateState } from './mandate-state'

const times = {
  requiredSignatures: 1,
  linkExpiresAt: '2026-11-22T09:30:00.000Z',
  validUntil: '2026-12-21T00:00:00.000Z',
}

test.each([
  [
    'a draft',
    { status: 'pending_signature', isEnabled: true, signatureCount: 0 },
    '22 Nov 2026, 09:30:00 UTC',
  ],
  [
    'half signed',
    { status: 'pending_signature', isEnabled: true, signatureCount: 1 },
    '22 Nov 2026, 09:30:00 UTC',
  ],
  ['on', { status: 'signed', isEnabled: true, signatureCount: 1 }, '21 Dec 2026, 00:00:00 UTC'],
  ['off', { status: 'signed', isEnabled: false, signatureCount: 1 }, '21 Dec 2026, 00:00:00 UTC'],
] as const)('a mandate that is %s says by when that ends', (_name, mandate, time) => {
  expect(mandateState({ ...mandate, ...times }).hint).toContain(time)
})

test('a draft that two people have to sign says so', () => {
  const draft = { status: 'pending_signature', isEnabled: true, signatureCount: 0 } as const
  expect(mandateState({ ...draft, ...times, requiredSignatures: 2 }).label).toBe('Waiting for two signatures')
})

test('a mandate that ends before its link does cannot be signed after its own end', () => {
  const draft = { status: 'pending_signature', isEnabled: true, signatureCount: 0 } as const
  const { hint } = mandateState({ ...draft, ...times, validUntil: '2026-11-21T12:00:00.000Z' })
  expect(hint).toContain('21 Nov 2026, 12:00:00 UTC')
})
