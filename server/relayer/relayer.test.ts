import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bumpFees,
  decideRelayStep,
  FEE_CAP_PER_GAS,
  MOST_TIMES_ESTIMATE,
  MOST_WEI_PER_TRANSACTION,
  type RelayFees,
} from './relayer'

const fee = fc.bigInt({ min: 1n, max: 50_000_000_000n })

test('every bump raises both fees by at least a tenth, to no more than thrice the estimate and the cap, and never puts the tip above the fee', () => {
  fc.assert(
    fc.property(fee, fee, fee, fee, fc.bigInt({ min: 21_000n, max: 12_000_000n }), (a, b, c, d, gasLimit) => {
      const previous = { maxFeePerGas: a > b ? a : b, maxPriorityFeePerGas: a > b ? b : a }
      const bumped = bumpFees({
        ...{ previous, gasLimit },
        current: { maxFeePerGas: c, maxPriorityFeePerGas: d },
      })
      if (!bumped) return
      expect(bumped.maxFeePerGas * 10n).toBeGreaterThanOrEqual(previous.maxFeePerGas * 11n)
      expect(bumped.maxPriorityFeePerGas * 10n).toBeGreaterThanOrEqual(previous.maxPriorityFeePerGas * 11n)
      expect(bumped.maxPriorityFeePerGas).toBeLessThanOrEqual(bumped.maxFeePerGas)
      expect(bumped.maxFeePerGas).toBeLessThanOrEqual(c * MOST_TIMES_ESTIMATE)
      expect(bumped.maxFeePerGas * gasLimit).toBeLessThanOrEqual(MOST_WEI_PER_TRANSACTION)
    }),
  )
})

const fees = (maxFeePerGas: bigint): RelayFees => ({ maxFeePerGas, maxPriorityFeePerGas: 1n })

test.each([
  [
    'at the cap for gas',
    { previous: fees(FEE_CAP_PER_GAS), current: fees(FEE_CAP_PER_GAS), gasLimit: 21_000n },
  ],
  ['at three times today’s price', { previous: fees(3_000n), current: fees(1_000n), gasLimit: 21_000n }],
  [
    'at the most that a transaction may cost',
    { previous: fees(4_000_000_000n), current: fees(4_000_000_000n), gasLimit: 12_000_000n },
  ],
])('%s nothing is bumped: the transaction waits for the price to fall', (_, bump) => {
  expect(bumpFees(bump)).toBeNull()
})

test.each([
  ['a nonce that was mined without it is replaced', 4n, 1, 0n, 'replaced'],
  ['never sent: a crash between storing and sending', 5n, null, null, 'resend'],
  ['fresh', 5n, 3, 5n, 'wait'],
  ['quiet for a while', 5n, 12, 5n, 'resend'],
  ['passed over by blocks at the head of the queue', 5n, 25, 3n, 'bump'],
  ['at the head of the queue while no blocks come', 5n, 3_000, 0n, 'resend'],
  ['seen at the head of the queue for the first time', 5n, 3_000, null, 'resend'],
  ['stuck behind another nonce', 6n, 25, null, 'resend'],
] as const)('%s', (_, nonce, secondsSinceSent, blocksSinceNext, step) => {
  expect(decideRelayStep({ nonce, secondsSinceSent, blocksSinceNext }, 5n)).toBe(step)
})
