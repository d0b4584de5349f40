import fc from 'fast-check'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'
import { bloomOf, chanceOfAccident, isInBloom } from './bloom'

const word = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`)
const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`)
const log = fc.record({ address, topics: fc.array(word, { maxLength: 4 }) })

test('a bloom contains every address and topic it was made of', () => {
  fc.assert(
    fc.property(fc.array(log, { maxLength: 20 }), (logs) => {
      const bloom = bloomOf(logs)
      for (const item of logs.flatMap((each) => [each.address, ...each.topics]))
        expect(isInBloom(bloom, item)).toBe(true)
    }),
  )
})

test('an empty bloom contains nothing and proves everything; a full one contains all and proves nothing', () => {
  const [empty, full]: [Hex, Hex] = [bloomOf([]), `0x${'ff'.repeat(256)}`]
  fc.assert(
    fc.property(word, (item) => {
      expect(isInBloom(empty, item)).toBe(false)
      expect(isInBloom(full, item)).toBe(true)
    }),
  )
  expect([chanceOfAccident(empty, 2), chanceOfAccident(full, 2)]).toEqual([0, 1])
})
