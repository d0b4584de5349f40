import { expect, test } from 'vitest'
import { buildContentSecurityPolicy, createNonce, transportSecurityOf } from './security-headers'

const input = {
  nonce: 'abc',
  publicRpcUrl: 'https://rpc.example/v1/path',
  isDevelopment: false,
  hasWalletConnect: false,
  namesRpcUrl: null,
}

test('a production page runs scripts with its nonce only: neither inline nor evaluated code', () => {
  const scripts = buildContentSecurityPolicy(input)
    .split('; ')
    .find((directive) => directive.startsWith('script-src'))
  expect(scripts).toBe("script-src 'self' 'nonce-abc' 'strict-dynamic'")
})

test('the chain is read from the public RPC origin, without its path', () => {
  const policy = buildContentSecurityPolicy(input)
  expect(policy).toContain('https://rpc.example wss://rpc.example')
  expect(policy).not.toContain('/v1/path')
})

test('WalletConnect hosts are allowed only when it is configured', () => {
  const hosts = ['wss://*.walletconnect.org', 'https://api.web3modal.org', 'https://verify.walletconnect.org']
  const without = buildContentSecurityPolicy(input)
  const withIt = buildContentSecurityPolicy({ ...input, hasWalletConnect: true })
  for (const host of hosts) {
    expect(without).not.toContain(host)
    expect(withIt).toContain(host)
  }
})

test('names are asked of their endpoint and the gateway of Basenames only when they are shown', () => {
  expect(buildContentSecurityPolicy(input)).not.toContain('https://api.coinbase.com')
  expect(buildContentSecurityPolicy({ ...input, namesRpcUrl: 'https://ethereum.example/v2/key' })).toMatch(
    /connect-src [^;]* https:\/\/ethereum\.example https:\/\/api\.coinbase\.com;/,
  )
})

test.each([
  [['https://console.example'], 'max-age=63072000'],
  [['https://console.example', 'https://treasury.example:8443'], 'max-age=63072000'],
  [['https://console.example', 'http://localhost:3000'], null],
  [['http://console.example'], null],
  [[], null],
])('browsers are bound to https where every origin has it: %j', (origins, header) => {
  expect(transportSecurityOf(origins)).toBe(header)
})

test('each answer has a nonce of its own', () => {
  expect(createNonce()).not.toBe(createNonce())
})
