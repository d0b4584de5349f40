import { expect, test } from 'vitest'
import { findEntries } from './find-entries'

const entry = (name: string, note: string | null, address: string) => ({
  id: name,
  name,
  note,
  address,
  createdBy: address,
  createdAt: '',
  updatedAt: '',
})
const entries = [
  entry('Paper supplier', 'Invoices on Mondays', `0xAb${'1'.repeat(38)}`),
  entry('Cloud', null, `0xCd${'2'.repeat(38)}`),
]

test.each([
  ['', 2],
  ['  ', 2],
  ['PAPER', 1],
  ['mondays paper', 1],
  ['0xcd22', 1],
  ['paper cloud', 0],
])('“%s” finds %i', (text, count) => expect(findEntries(entries, text)).toHaveLength(count))
