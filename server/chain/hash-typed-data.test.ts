import fc from 'fast-check'
import { hashTypedData as hashByViem, type TypedDataDefinition } from 'viem'
import { expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import {
  buildReceiveAuthorization,
  buildTransferAuthorization,
  type UsdcAuthorization,
} from '@/domain/usdc-authorization'
import { hashTypedData } from './hash-typed-data'

const HIGHEST_UINT = 2n ** 256n - 1n
const bytes = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((value): `0x${string}` => `0x${Buffer.from(value).toString('hex')}`)
const address = fc
  .tuple(fc.oneof(bytes(20), fc.constantFrom(`0x${'00'.repeat(20)}`, `0x${'ff'.repeat(20)}`)), fc.boolean())
  .map(([lower, isMixed]) => (isMixed ? checksummed(lower) : (lower as `0x${string}`)))
const uint = fc.oneof(
  fc.bigInt({ min: 0n, max: HIGHEST_UINT }),
  fc.bigInt({ min: 0n, max: 2n ** 64n }),
  fc.constantFrom(0n, 1n, HIGHEST_UINT),
)
const name = fc.oneof(fc.constantFrom('USD Coin', 'USDC', ''), fc.string({ unit: 'grapheme' }))
const authorization: fc.Arbitrary<UsdcAuthorization> = fc.record({
  chainId: fc.oneof(fc.constantFrom(8453, 84532, 0, Number.MAX_SAFE_INTEGER), fc.maxSafeNat()),
  usdcAddress: address,
  usdcDomainName: name,
  usdcDomainVersion: fc.oneof(fc.constant('2'), name),
  from: address,
  to: address,
  value: uint,
  validAfter: uint,
  validBefore: uint,
  nonce: fc.oneof(
    bytes(32),
    bytes(32).map((nonce): `0x${string}` => `0x${nonce.slice(2).toUpperCase()}`),
  ),
})
const builder = fc.constantFrom(buildTransferAuthorization, buildReceiveAuthorization)

const outcomeOf = (hash: () => string) => {
  try {
    return hash()
  } catch (error) {
    return `refused: ${(error as Error).name}`
  }
}
const expectAlike = (typedData: unknown) => {
  const same = typedData as TypedDataDefinition
  const outcome = outcomeOf(() => hashTypedData(same))
  expect(outcome).toBe(outcomeOf(() => hashByViem(same)))
  return outcome
}

test('the digests of 10,000 random authorizations are those that viem makes', () => {
  const property = fc.property(authorization, builder, (fields, build) => {
    expect(expectAlike(build(fields))).toMatch(/^0x[0-9a-f]{64}$/)
  })
  fc.assert(property, { numRuns: 10_000 })
}, 120_000)

const good: UsdcAuthorization = {
  chainId: 8453,
  usdcAddress: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  usdcDomainName: 'USD Coin',
  from: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  to: '0x176D9bec42514991177BCeeC72cD550e214b8Bb3',
  value: 1_000_000n,
  validAfter: 0n,
  validBefore: 1_800_000_000n,
  nonce: `0x${'ab'.repeat(32)}`,
}

test('a domain that differs in one field alone has a digest of its own, whichever was hashed before it', () => {
  const domain = { ...buildTransferAuthorization(good).domain }
  const changes = [
    {},
    { name: 'USDC' },
    { name: undefined },
    { version: '1' },
    { version: undefined },
    { chainId: 84532 },
    { chainId: 8453n },
    { chainId: undefined },
    { verifyingContract: good.from },
    { verifyingContract: undefined },
    { salt: good.nonce },
  ]
  const digestOf = (change: object) =>
    expectAlike({ ...buildTransferAuthorization(good), domain: { ...domain, ...change } })
  const digests = changes.flatMap((change) => [digestOf({}), digestOf(change), digestOf({})])
  expect(new Set(digests).size).toBe(changes.length - 1)
})

test('a domain changed in place is not hashed as it was before', () => {
  const typedData = buildTransferAuthorization({ ...good, usdcDomainName: 'Never hashed before' })
  const before = expectAlike(typedData)
  typedData.domain.chainId = 1
  expect(expectAlike(typedData)).not.toBe(before)
})

const malformed: Record<string, unknown[]> = {
  address: [
    '0x',
    `0x${'1'.repeat(39)}`,
    `0x${'1'.repeat(41)}`,
    good.to.toUpperCase(),
    good.to.replace('B', 'b'),
  ]
    .concat(['1'.repeat(42), `0x${'g'.repeat(40)}`, `${good.to}\n`])
    .concat([1n, undefined, null] as never[]),
  uint: [-1n, HIGHEST_UINT + 1n, 2n ** 300n, -1, 1.5, Number.NaN, 2 ** 60, 'x', '', undefined, null],
  nonce: [
    '0x',
    `0x${'a'.repeat(63)}`,
    `0x${'a'.repeat(66)}`,
    `0x${'g'.repeat(64)}`,
    'a'.repeat(64),
    undefined,
  ],
  chainId: [-1, 1.5, 2 ** 60, -1n, HIGHEST_UINT + 1n],
}
const FIELDS_OF = {
  address: ['from', 'to', 'usdcAddress'],
  uint: ['value', 'validAfter', 'validBefore'],
  nonce: ['nonce'],
  chainId: ['chainId'],
}

test('what is malformed is refused as viem refuses it', () => {
  for (const [kind, fields] of Object.entries(FIELDS_OF)) {
    for (const field of fields) {
      for (const value of malformed[kind] ?? [])
        expectAlike(buildTransferAuthorization({ ...good, [field]: value }))
    }
  }
  expect(
    expectAlike({ ...buildTransferAuthorization(good), primaryType: 'ReceiveWithAuthorization' }),
  ).toMatch(/^refused/)
  expectAlike({ ...buildTransferAuthorization(good), domain: undefined })
})

test('another struct under a name of EIP-3009 is hashed by its own fields', () => {
  const { types, ...rest } = buildTransferAuthorization(good)
  const fields = types.TransferWithAuthorization.filter(({ name }) => name !== 'nonce')
  const digest = expectAlike({ ...rest, types: { TransferWithAuthorization: fields } })
  expect(digest).not.toBe(expectAlike({ ...rest, types }))
  expect(expectAlike({ ...rest, types: structuredClone(types) })).toBe(expectAlike({ ...rest, types }))
})
