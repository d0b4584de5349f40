import { describe, expect, test } from 'vitest'
import type { PendingEventView, WalletEventView } from '@/domain/wallet'
import { mergeActivity } from './merge-activity'
import { mergeFirstPage } from './merge-first-page'

const TX = `0x${'a'.repeat(64)}`

const pending = (over: Partial<PendingEventView> = {}): PendingEventView => ({
  kind: 'DEPOSIT',
  txHash: TX,
  blockNumber: '10',
  logIndex: 1,
  blockTime: '2026-11-21T08:00:00.000Z',
  amountUsdc: '5',
  poolDelta: '5',
  confirmations: 3,
  confirmationsRequired: 6,
  counterparty: null,
  ...over,
})

const final = (id: string, over: Partial<WalletEventView> = {}): WalletEventView => ({
  id,
  workspaceId: 'w',
  kind: 'DEPOSIT',
  txHash: TX,
  blockNumber: '10',
  logIndex: 1,
  confirmedAt: '2026-11-21T08:00:12.000Z',
  blockTime: '2026-11-21T08:00:00.000Z',
  amountUsdc: '5',
  poolDelta: '5',
  relatedSession: null,
  reversalOf: null,
  counterparty: null,
  ...over,
})

describe('mergeActivity', () => {
  test('a pending row keeps its key when it becomes final, so its place on the page stays', () => {
    const [before] = mergeActivity({ pending: [pending()], ledger: [] })
    const [after] = mergeActivity({ pending: [], ledger: [final('a')] })
    expect(before?.confirming).toEqual({ confirmations: 3, required: 6 })
    expect(after?.confirming).toBeNull()
    expect(after?.key).toBe(before?.key)
  })

  test('an event that is pending and final at once is shown once, as final', () => {
    const rows = mergeActivity({ pending: [pending(), pending({ logIndex: 2 })], ledger: [final('a')] })
    expect(rows.map(({ logIndex, confirming }) => [logIndex, confirming !== null])).toEqual([
      [2, true],
      [1, false],
    ])
  })

  test('a transaction that a reorganisation took back and put into a new block is shown three times under three keys', () => {
    const taken = final('b', { amountUsdc: '-5', poolDelta: '-5', reversalOf: 'a', blockNumber: '14' })
    const rows = mergeActivity({ pending: [pending({ blockNumber: '15' })], ledger: [taken, final('a')] })
    expect(
      rows.map(({ confirming, isReversal, isReversed }) => [confirming !== null, isReversal, isReversed]),
    ).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ])
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3)
  })
})

describe('mergeFirstPage', () => {
  const page = (ids: string[], nextCursor: string | null = null) => ({
    events: ids.map((id) => final(id)),
    nextCursor,
  })
  const known = { pages: [page(['d', 'c'], 'c'), page(['b', 'a'])], pageParams: [undefined, 'c'] }
  const idsOf = ({ pages }: { pages: { events: { id: string }[] }[] }) =>
    pages.map(({ events }) => events.map(({ id }) => id))

  test('nothing new: the same object, so nothing is drawn again', () => {
    expect(mergeFirstPage(known, page(['d', 'c'], 'c'))).toBe(known)
  })

  test('new rows stand on top and no older row is lost or doubled', () => {
    expect(idsOf(mergeFirstPage(known, page(['e', 'd'], 'd')))).toEqual([
      ['e', 'd', 'c'],
      ['b', 'a'],
    ])
  })

  test('a row that sorts below a known one lands in its place', () => {
    expect(idsOf(mergeFirstPage(known, page(['d', 'x', 'c'], 'c')))).toEqual([
      ['d', 'x', 'c'],
      ['b', 'a'],
    ])
  })

  test('more new rows than a page holds: reading starts again from the new page', () => {
    const merged = mergeFirstPage(known, page(['g', 'f'], 'f'))
    expect(merged).toEqual({ pages: [page(['g', 'f'], 'f')], pageParams: [undefined] })
  })

  test('the first event of an empty ledger appears, with the cursor of its page', () => {
    const empty = { pages: [page([])], pageParams: [undefined] }
    expect(mergeFirstPage(empty, page(['b', 'a'], 'a')).pages).toEqual([page(['b', 'a'], 'a')])
  })
})
