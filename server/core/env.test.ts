import { expect, test } from 'vitest'
import { testEnvironment } from '@/test/harness/environment'
import { parseEnv } from './env'

const configured = {
  ...testEnvironment({ databaseUrl: 'postgresql://127.0.0.1/none' }),
  NETWORK: 'base',
  RPC_URL: 'https://rpc.example/key',
  PUBLIC_RPC_URL: 'https://mainnet.base.example',
  ONCHAINKIT_API_KEY: 'onchainkit-key',
  COINBASE_PROJECT_ID: 'coinbase-project',
  CDP_API_KEY_ID: 'cdp-key-id',
  CDP_API_KEY_SECRET: '-----BEGIN PRIVATE KEY-----\\nMIGHAgEA\\n-----END PRIVATE KEY-----',
}

test('the on-ramp is configured with all four values, and a PEM key gets its line ends back', () => {
  expect(parseEnv(configured).onrampKey).toEqual({
    id: 'cdp-key-id',
    secret: '-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----',
  })
})

test.each(['ONCHAINKIT_API_KEY', 'COINBASE_PROJECT_ID', 'CDP_API_KEY_ID', 'CDP_API_KEY_SECRET'])(
  'without %s there is no on-ramp',
  (name) => expect(parseEnv({ ...configured, [name]: '' }).onrampKey).toBeNull(),
)

test.each(['base-sepolia', 'local'])(
  'on %s there is no on-ramp: Coinbase sells USDC on Base only',
  (network) => {
    expect(parseEnv({ ...configured, NETWORK: network }).onrampKey).toBeNull()
  },
)

test('names are read where an Ethereum endpoint is set, and never on the local network', () => {
  const named = { ...configured, ETHEREUM_RPC_URL: 'https://ethereum.example' }
  expect(parseEnv(configured).namesRpcUrl).toBeNull()
  expect(parseEnv(named).namesRpcUrl).toBe('https://ethereum.example')
  expect(parseEnv({ ...named, NETWORK: 'local' }).namesRpcUrl).toBeNull()
})

test('servers on this machine may be called by default on the local network, and never elsewhere', () => {
  expect(parseEnv({ ...configured, NETWORK: 'local' }).OUTBOUND_ALLOW_LOCAL).toBe(true)
  expect(parseEnv({ ...configured, NETWORK: 'local', OUTBOUND_ALLOW_LOCAL: '0' }).OUTBOUND_ALLOW_LOCAL).toBe(
    false,
  )
  expect(parseEnv(configured).OUTBOUND_ALLOW_LOCAL).toBe(false)
  expect(() => parseEnv({ ...configured, OUTBOUND_ALLOW_LOCAL: '1' })).toThrow('OUTBOUND_ALLOW_LOCAL')
})
