import { encodeAbiParameters, keccak256 } from 'viem'
import { expect, test } from 'vitest'
import {
  itemsWithin,
  MAX_ITEMS,
  payoutGasLimit,
  payoutNonce,
  payoutValidBefore,
} from './payout-authorization'

const ASSET = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913'
const ID = '0f8fad5b-d9cb-469f-a165-70867728950e'

test('a payout’s nonce is the documented hash of chain, asset and internal id, and nothing else', () => {
  const types = [{ type: 'string' }, { type: 'uint256' }, { type: 'address' }, { type: 'string' }] as const
  expect(payoutNonce({ chainId: 8453, asset: ASSET, id: ID })).toBe(
    keccak256(encodeAbiParameters(types, ['bursar.payout.v1', 8453n, ASSET, ID])),
  )
  const others = [
    payoutNonce({ chainId: 84_532, asset: ASSET, id: ID }),
    payoutNonce({ chainId: 8453, asset: '0x036CbD53842c5426634e7929541eC2318f3dCF7e', id: ID }),
    payoutNonce({ chainId: 8453, asset: ASSET, id: '0f8fad5b-d9cb-469f-a165-70867728950f' }),
  ]
  expect(new Set([payoutNonce({ chainId: 8453, asset: ASSET, id: ID }), ...others]).size).toBe(4)
})

test.each([
  ['when the payout expires, if that is sooner than an hour', 600, 600n],
  ['an hour from now, if it expires later', 7_200, 3_600n],
  ['120 s from now, if it expires sooner', 5, 120n],
  ['120 s from now, if the database’s clock is behind the chain’s', -60, 120n],
])('an authorization ends %s', (_, expiresIn, lasts) => {
  const now = 1_800_000_000n
  const expiresAt = new Date((Number(now) + expiresIn) * 1000)
  expect(payoutValidBefore({ now, clock: now, expiresAt })).toBe(now + lasts)
})

test.each([
  ['ten minutes ahead of the database’s', 600n, 3_600n],
  ['half an hour ahead', 1_800n, 2_700n],
  ['ten minutes behind', -600n, 3_600n],
])(
  'with a chain’s clock %s an authorization ends by the chain’s, no later than 75 min after the database’s',
  (_, ahead, lasts) => {
    const clock = 1_800_000_000n
    const expiresAt = new Date((Number(clock) + 7 * 86_400) * 1000)
    expect(payoutValidBefore({ now: clock + ahead, clock, expiresAt })).toBe(clock + ahead + lasts)
  },
)

test.each([75n * 60n, 10n ** 9n])(
  'a head that is %s s ahead of the database’s clock gets no authorization at all',
  (ahead) => {
    const clock = 1_800_000_000n
    const expiresAt = new Date((Number(clock) + 7 * 86_400) * 1000)
    expect(payoutValidBefore({ now: clock + ahead, clock, expiresAt })).toBeNull()
  },
)

test.each([58n * 60n, 901n])(
  'a head that is %s s behind the database’s clock gets no authorization: it would end before it is mined',
  (behind) => {
    const clock = 1_800_000_000n
    const expiresAt = new Date((Number(clock) + 7 * 86_400) * 1000)
    expect(payoutValidBefore({ now: clock - behind, clock, expiresAt })).toBeNull()
    expect(payoutValidBefore({ now: clock - 900n, clock, expiresAt })).toBe(clock + 2_700n)
  },
)

test('the fullest transaction stays below 12 M gas, and one more item would not', () => {
  expect(payoutGasLimit(MAX_ITEMS)).toBeLessThanOrEqual(12_000_000n)
  expect(payoutGasLimit(MAX_ITEMS + 1)).toBeGreaterThan(12_000_000n)
})

test('the gas of a transaction carries as many payouts as it was reckoned for', () => {
  for (const items of [1, 2, 50, MAX_ITEMS]) {
    expect(itemsWithin(payoutGasLimit(items))).toBe(items)
    expect(itemsWithin(payoutGasLimit(items) - 2n)).toBe(items - 1)
  }
  expect(itemsWithin(0n)).toBe(0)
  expect(itemsWithin(10n ** 12n)).toBe(MAX_ITEMS)
})
