import { describe, expect, test } from 'vitest'
import { MAX_UINT256 } from '@/domain/money'
import { effectOf } from './event-effect'

describe('effectOf', () => {
  test('a deposit adds to the pool', () => {
    const effect = effectOf({ kind: 'DEPOSIT', amount: 5n, poolDelta: 5n, isReversal: false })
    expect(effect).toMatchObject({ title: 'Deposit', direction: 'pool-in', amount: 5n })
  })

  test('a withdrawal takes from the pool', () => {
    const effect = effectOf({ kind: 'WITHDRAWAL', amount: 5n, poolDelta: -5n, isReversal: false })
    expect(effect).toMatchObject({ title: 'Withdrawal', direction: 'pool-out', amount: -5n })
  })

  test('a settlement takes from the consumer’s pool', () => {
    const effect = effectOf({ kind: 'SETTLE', amount: 5n, poolDelta: -5n, isReversal: false })
    expect(effect).toMatchObject({ title: 'Settlement', direction: 'pool-out', amount: -5n })
  })

  test('a settlement is received by the operator’s wallet, beside the pool', () => {
    const effect = effectOf({ kind: 'SETTLE', amount: 5n, poolDelta: 0n, isReversal: false })
    expect(effect).toMatchObject({ title: 'Settlement received', direction: 'wallet-in', amount: 5n })
  })

  test('a reversal has the opposite sign and says that the chain took it back', () => {
    const words = 'Taken back by a reorganisation of the chain'
    expect(effectOf({ kind: 'DEPOSIT', amount: -5n, poolDelta: -5n, isReversal: true })).toEqual({
      title: 'Deposit taken back',
      meaning: words,
      direction: 'pool-out',
      amount: -5n,
    })
    expect(effectOf({ kind: 'WITHDRAWAL', amount: -5n, poolDelta: 5n, isReversal: true }).amount).toBe(5n)
    const received = effectOf({ kind: 'SETTLE', amount: -5n, poolDelta: 0n, isReversal: true })
    expect(received).toMatchObject({ title: 'Settlement taken back', direction: 'wallet-out' })
    const approval = effectOf({ kind: 'APPROVAL', amount: -5n, poolDelta: 0n, isReversal: true })
    expect(approval).toMatchObject({ meaning: words, direction: 'none', amount: 5n })
  })

  test('an approval moves nothing; only the largest word of the chain is without limit', () => {
    const approve = (amount: bigint) =>
      effectOf({ kind: 'APPROVAL', amount, poolDelta: 0n, isReversal: false })
    expect(approve(MAX_UINT256)).toMatchObject({ direction: 'none', amount: null })
    expect(approve(MAX_UINT256).meaning).toBe('The pool may take any amount of USDC from the wallet')
    expect(approve(MAX_UINT256 - 1n).amount).toBe(MAX_UINT256 - 1n)
    expect(approve(10_500_000n).meaning).toBe('The pool may take up to 10.50 USDC from the wallet')
    expect(approve(0n)).toMatchObject({ title: 'Approval removed', amount: 0n })
  })
})
