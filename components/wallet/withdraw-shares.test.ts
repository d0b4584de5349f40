import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_UINT256 } from '@/domain/money'
import { sharesOf } from './withdraw-shares'

test('quarters of 100 USDC', () => {
  expect(sharesOf(100_000_000n)).toEqual([
    { label: '25 %', amount: 25_000_000n },
    { label: '50 %', amount: 50_000_000n },
    { label: '75 %', amount: 75_000_000n },
    { label: 'Max', amount: 100_000_000n },
  ])
})

test('no share is more than the pool or nothing, and Max is exactly the pool', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: MAX_UINT256 }), (pool) => {
      const shares = sharesOf(pool)
      for (const { amount } of shares) expect(amount > 0n && amount <= pool).toBe(true)
      expect(shares.at(-1)?.amount ?? 0n).toBe(pool)
    }),
  )
})
