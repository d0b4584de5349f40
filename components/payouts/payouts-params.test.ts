import { expect, test } from 'vitest'
import { payoutFilterSchema } from '@/domain/payout-console'
import { filterOf, payoutsCsvHref } from './payouts-params'

const NONE = { status: null, agent: null, mandate: null, q: '', from: null, to: null }

test('an empty address filters nothing', () => {
  expect(filterOf(NONE)).toEqual({})
})

test('the last day of the address counts whole', () => {
  const filter = filterOf({ ...NONE, from: '2026-11-01', to: '2026-11-30' })
  expect(filter).toEqual({ since: '2026-11-01T00:00:00.000Z', until: '2026-12-01T00:00:00.000Z' })
  expect(payoutFilterSchema.safeParse(filter).success).toBe(true)
})

test('whatever stands in the address, the server takes the filter', () => {
  const filter = filterOf({
    ...NONE,
    status: 'paid',
    agent: 'a'.repeat(500),
    q: ` a\n\u0000${'b'.repeat(999)}\ud800`,
  })
  expect(payoutFilterSchema.safeParse(filter).success).toBe(true)
})

test('the CSV has the filter of the list', () => {
  expect(payoutsCsvHref('w', { group: 'paid', search: 'a b' })).toBe(
    '/api/v1/payouts.csv?workspaceId=w&group=paid&search=a+b',
  )
})
