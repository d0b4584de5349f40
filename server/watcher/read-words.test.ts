import fc from 'fast-check'
import { decodeEventLog, encodeAbiParameters, encodeEventTopics, getAbiItem, type Hex, padHex } from 'viem'
import { expect, test } from 'vitest'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import type { WatchedLog } from '@/server/chain'
import { addressAt, readWords, wordAt } from './read-words'

const hexOf = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((array) => `0x${Buffer.from(array).toString('hex')}` as Hex)
const uint = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })

function logOf(topics: readonly Hex[], data: Hex): WatchedLog {
  const hash = padHex('0x1', { size: 32 })
  return {
    address: padHex('0x5e', { size: 20 }),
    topics,
    data,
    blockNumber: 1n,
    blockHash: hash,
    txHash: hash,
    logIndex: 0,
  }
}

test('reads a settlement exactly as viem’s decoder does', () => {
  const settled = getAbiItem({ abi: luxxonSettlementAbi, name: 'Settled' })
  fc.assert(
    fc.property(
      hexOf(32),
      hexOf(20),
      hexOf(20),
      uint,
      uint,
      uint,
      uint,
      (sessionId, from, to, ...amounts) => {
        const topics = encodeEventTopics({ abi: [settled], args: { sessionId, from, to } }) as [Hex, ...Hex[]]
        const data = encodeAbiParameters(
          [{ type: 'uint256' }, { type: 'uint256' }, { type: 'uint256' }, { type: 'uint256' }],
          amounts,
        )
        const { args } = decodeEventLog({ abi: [settled], topics, data })
        const read = readWords(logOf(topics, data), { topics: 3, words: 4 })
        expect(read.topics[0]).toBe(args.sessionId)
        expect(addressAt(read.topics, 1)).toBe(args.from.toLowerCase())
        expect(addressAt(read.topics, 2)).toBe(args.to.toLowerCase())
        expect([0, 1, 2, 3].map((index) => wordAt(read.words, index))).toEqual([
          args.toAmount,
          args.feeAmount,
          args.ratePerSecond,
          args.chargeableSeconds,
        ])
      },
    ),
  )
})

test.each([
  ['data that is cut', { topics: 1, words: 2 }, `0x${'00'.repeat(63)}`],
  ['data that is too long', { topics: 1, words: 1 }, `0x${'00'.repeat(64)}`],
  ['another number of indexed arguments', { topics: 2, words: 1 }, `0x${'00'.repeat(32)}`],
] as const)('refuses %s', (_, shape, data) => {
  const word = padHex('0x1', { size: 32 })
  expect(() => readWords(logOf([word, word], data), shape)).toThrow('unexpected shape')
})
