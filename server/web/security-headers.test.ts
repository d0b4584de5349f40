import { expect, test } from 'vitest'
import { buildContentSecurityPolicy, createNonce } from './security-headers'

const input = {
  nonce: 'abc',
  publicRpcUrl: 'https://rpc.example/v1/path',
  isDevelopment: false,
  hasWalletConnect: false,
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
  expect(buildContentSecurityPolicy(input)).not.toContain('walletconnect')
  expect(buildContentSecurityPolicy({ ...input, hasWalletConnect: true })).toContain(
    'wss://*.walletconnect.org',
  )
})

test('each answer has a nonce of its own', () => {
  expect(createNonce()).not.toBe(createNonce())
})
