import { expect, test } from 'vitest'
import { isTestWalletAllowed } from './test-wallet-id'

test.each([
  [31337, 'http://127.0.0.1:8545', true],
  [31337, 'http://localhost:8545', true],
  [31337, 'http://[::1]:8545', true],
  [8453, 'http://127.0.0.1:8545', false],
  [84532, 'https://sepolia.base.org', false],
  [31337, 'https://rpc.example.com', false],
  [31337, 'http://localhost.example.com', false],
  [31337, 'http://127.0.0.1.example.com', false],
  [31337, 'not a url', false],
])('chain %d at %s: the test wallet is allowed: %s', (chainId, rpcUrl, isAllowed) => {
  expect(isTestWalletAllowed({ chainId, rpcUrl })).toBe(isAllowed)
})
