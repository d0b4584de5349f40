import { expect, test } from 'vitest'
import { ENTRY_KINDS, type EntryView } from '@/domain/balance'
import { entryWords } from './entry-words'

const entry: EntryView = {
  id: '1',
  kind: 'charge',
  direction: 'out',
  amount: '1',
  balanceAfter: '0',
  cause: 'charge:x',
  reference: 'search',
  createdAt: '2026-01-01T00:00:00Z',
  txHash: null,
  charge: null,
  otherAgent: null,
}

test('a charge says what it was for', () => {
  const charge = { id: 'x', description: 'ten results', isOwn: true, refundedAt: null, refundReason: null }
  expect(entryWords(entry).meaning).toBe('search')
  expect(entryWords({ ...entry, charge }).meaning).toBe('search: ten results')
})

test('a move names the other agent and its direction', () => {
  const otherAgent = { agentId: 'b', name: 'Buyer' }
  expect(entryWords({ ...entry, kind: 'move', otherAgent })).toEqual({
    title: 'Moved away',
    meaning: 'to Buyer',
  })
  expect(entryWords({ ...entry, kind: 'move', direction: 'in', otherAgent }).meaning).toBe('from Buyer')
})

test.each(ENTRY_KINDS)('%s has a title', (kind) => {
  expect(entryWords({ ...entry, kind }).title).not.toBe('')
})
