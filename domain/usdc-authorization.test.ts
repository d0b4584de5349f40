import { hashTypedData, keccak256, toHex } from 'viem'
import { expect, test } from 'vitest'
import { buildReceiveAuthorization, buildTransferAuthorization } from './usdc-authorization'

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

const published = [
  [buildReceiveAuthorization, '0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8'],
  [buildTransferAuthorization, '0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267'],
] as const

test('each type string hashes to the type hash of EIP-3009 that USDC publishes', () => {
  for (const [build, typeHash] of published) {
    const [[name, fields] = ['', []]] = Object.entries(build(authorization).types)
    const members = fields.map(({ type, name }) => `${type} ${name}`).join(',')
    expect(keccak256(toHex(`${name}(${members})`))).toBe(typeHash)
  }
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
