import fc from 'fast-check'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'
import { confirmationsOf } from '@/domain/networks'
import {
  backoffMilliseconds,
  type Cursor,
  connects,
  decideFork,
  newestFinalBlock,
  nextRangeSize,
  planStep,
  RANGE_BLOCKS,
} from './watcher'

const hash = (number: bigint | number, branch = 'a'): Hex => `0x${branch}${number}`
const cursor: Cursor = {
  base: { number: 9n, hash: hash(9) },
  head: { number: 100n, hash: hash(100) },
  finalBlock: 95n,
}

test('the newest final block has exactly six confirmations', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 6n, max: 10n ** 9n }), (head) => {
      expect(confirmationsOf(newestFinalBlock(head), head)).toBe(6)
    }),
  )
})

test.each([
  ['the same block', 100n, 'a', { type: 'idle' }],
  ['another block at the same height', 100n, 'b', { type: 'look_for_fork' }],
  ['a lower block', 98n, 'a', { type: 'look_for_fork' }],
  ['the next block', 101n, 'a', { type: 'blocks', from: 101n, to: 101n }],
  ['a block 32 ahead', 132n, 'a', { type: 'blocks', from: 101n, to: 132n }],
  ['a block 33 ahead', 133n, 'a', { type: 'range', from: 101n, to: 128n }],
] as const)('a node that shows %s leads to the right step', (_case, number, branch, expected) => {
  expect(planStep({ cursor, nodeHead: { number, hash: hash(number, branch) } })).toEqual(expected)
})

test('a block connects only as the direct child of the last one', () => {
  expect(connects(cursor, { number: 101n, parentHash: hash(100) })).toBe(true)
  expect(connects(cursor, { number: 101n, parentHash: hash(100, 'b') })).toBe(false)
  expect(connects(cursor, { number: 102n, parentHash: hash(100) })).toBe(false)
})

test('a fork above what is final is shallow, one below it is deep', () => {
  const at = (number: bigint) => decideFork({ cursor, fork: { number, hash: hash(number) }, nodeHead: 101n })
  expect(at(97n)).toMatchObject({ type: 'reorg', depth: 3, isDeep: false })
  expect(at(95n)).toMatchObject({ type: 'reorg', depth: 5, isDeep: false })
  expect(at(94n)).toMatchObject({ type: 'reorg', depth: 6, isDeep: true })
})

test('a node that shows only known blocks is waited for and never taken for a reorganisation', () => {
  const fork = { number: 98n, hash: hash(98) }
  expect(decideFork({ cursor, fork, nodeHead: 98n })).toEqual({ type: 'stale', nodeHead: 98n })
  expect(decideFork({ cursor, fork: cursor.head, nodeHead: 103n })).toMatchObject({ type: 'stale' })
  expect(decideFork({ cursor, fork: null, nodeHead: 103n })).toEqual({ type: 'other_chain' })
})

test('ranges shrink when refused or crowded, grow when thin, and stay within their limits', () => {
  const outcome = fc.oneof(
    fc.constant({ type: 'refused' as const }),
    fc.record({ type: fc.constant('read' as const), logs: fc.nat(50_000) }),
  )
  fc.assert(
    fc.property(fc.array(outcome), (outcomes) => {
      let size: number = RANGE_BLOCKS.first
      for (const each of outcomes) {
        const next = nextRangeSize(size, each)
        if (each.type === 'refused') expect(next).toBeLessThanOrEqual(size)
        expect(next).toBeGreaterThanOrEqual(RANGE_BLOCKS.min)
        expect(next).toBeLessThanOrEqual(RANGE_BLOCKS.max)
        size = next
      }
    }),
  )
})

test('waiting after failures doubles up to its limit and is never zero', () => {
  const waits = [1, 2, 3, 10, 1_000].map((failures) =>
    backoffMilliseconds(failures, { min: 250, max: 10_000, random: 1 }),
  )
  expect(waits).toEqual([250, 500, 1_000, 10_000, 10_000])
  expect(backoffMilliseconds(1, { min: 250, max: 10_000, random: 0 })).toBe(125)
})
