import { hashTypedData, keccak256, toHex } from 'viem'
import { expect, test } from 'vitest'
import { buildReceiveAuthorization, RECEIVE_WITH_AUTHORIZATION_TYPES } from './receive-authorization'

const authorization = {
  chainId: 8453,
  usdcAddress: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  usdcDomainName: 'USD Coin',
  from: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  to: '0x176D9bec42514991177BCeeC72cD550e214b8Bb3',
  value: 1_000_000n,
  validAfter: 0n,
  validBefore: 1_800_000_000n,
  nonce: `0x${'ab'.repeat(32)}`,
} as const

test('the type string hashes to the type hash of EIP-3009 that USDC publishes', () => {
  const fields = RECEIVE_WITH_AUTHORIZATION_TYPES.ReceiveWithAuthorization.map(
    ({ type, name }) => `${type} ${name}`,
  ).join(',')
  expect(keccak256(toHex(`ReceiveWithAuthorization(${fields})`))).toBe(
    '0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8',
  )
})

test('another amount, payee, nonce or chain is another digest', () => {
  const digest = (change: object) => hashTypedData(buildReceiveAuthorization({ ...authorization, ...change }))
  const digests = [
    digest({}),
    digest({ value: 1_000_001n }),
    digest({ to: authorization.from }),
    digest({ nonce: `0x${'ac'.repeat(32)}` }),
    digest({ chainId: 84532 }),
  ]
  expect(new Set(digests).size).toBe(digests.length)
})
