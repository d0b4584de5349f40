import { expect, test } from 'vitest'
import { chosenKinds, csvHref } from './activity-params'

test('the same choice of kinds is the same filter, whatever its order; all kinds are no filter', () => {
  expect(chosenKinds(['SETTLE', 'DEPOSIT', 'SETTLE'])).toEqual(['DEPOSIT', 'SETTLE'])
  expect(chosenKinds([])).toBeUndefined()
  expect(chosenKinds(['APPROVAL', 'SETTLE', 'WITHDRAWAL', 'DEPOSIT'])).toBeUndefined()
})

test('the CSV has the filter of the list', () => {
  expect(csvHref('w', undefined)).toBe('/api/v1/wallet/events.csv?workspaceId=w')
  expect(csvHref('w', ['DEPOSIT', 'SETTLE'])).toBe(
    '/api/v1/wallet/events.csv?workspaceId=w&kind=DEPOSIT%2CSETTLE',
  )
})
