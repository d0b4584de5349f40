import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bumpFees, decideRelayStep, FEE_CAP_PER_GAS } from './relayer'

const fee = fc.bigInt({ min: 1n, max: 50_000_000_000n })

test('every bump raises both fees by at least a tenth and never puts the tip above the fee', () => {
  fc.assert(
    fc.property(fee, fee, fee, fee, (a, b, c, d) => {
      const previous = { maxFeePerGas: a > b ? a : b, maxPriorityFeePerGas: a > b ? b : a }
      const bumped = bumpFees(previous, { maxFeePerGas: c, maxPriorityFeePerGas: d })
      if (!bumped) return
      expect(bumped.maxFeePerGas * 10n).toBeGreaterThanOrEqual(previous.maxFeePerGas * 11n)
      expect(bumped.maxPriorityFeePerGas * 10n).toBeGreaterThanOrEqual(previous.maxPriorityFeePerGas * 11n)
      expect(bumped.maxPriorityFeePerGas).toBeLessThanOrEqual(bumped.maxFeePerGas)
    }),
  )
})

test('at the cap nothing is bumped: the transaction waits for the price to fall', () => {
  expect(
    bumpFees(
      { maxFeePerGas: FEE_CAP_PER_GAS, maxPriorityFeePerGas: 1n },
      { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n },
    ),
  ).toBeNull()
})

test.each([
  ['a nonce that was mined without it is replaced', 4n, 1, 'replaced'],
  ['never sent: a crash between storing and sending', 5n, null, 'resend'],
  ['fresh', 5n, 3, 'wait'],
  ['quiet for a while', 5n, 12, 'resend'],
  ['stuck at the head of the queue', 5n, 25, 'bump'],
  ['stuck behind another nonce', 6n, 25, 'resend'],
] as const)('%s', (_, nonce, secondsSinceSent, step) => {
  expect(decideRelayStep({ nonce, secondsSinceSent }, 5n)).toBe(step)
})
