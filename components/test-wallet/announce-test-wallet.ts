import { TEST_WALLET_NAME, TEST_WALLET_RDNS, TEST_WALLET_UUID } from './test-wallet-id'
import type { TestWalletProvider } from './test-wallet-provider'

const ICON =
  'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAzMiAzMiI+PHJlY3Qgd2lkdGg9IjMyIiBoZWlnaHQ9IjMyIiByeD0iOCIgZmlsbD0iIzdhNGIwMCIvPjxwYXRoIGQ9Ik0xMyA3aDZNMTQgN3Y3bC02IDEwYTEgMSAwIDAgMCAxIDEuNWgxNGExIDEgMCAwIDAgMS0xLjVsLTYtMTBWNyIgZmlsbD0ibm9uZSIgc3Ryb2tlPSIjZmZkOThhIiBzdHJva2Utd2lkdGg9IjIiIHN0cm9rZS1saW5lam9pbj0icm91bmQiLz48L3N2Zz4='

type Provider = Pick<TestWalletProvider, 'request' | 'on' | 'removeListener'>

/**
 * Announces the wallet at once (EIP-6963), so that a reload finds it among the wallets, and loads it with the first
 * request. Returns a function that stops announcing.
 */
export function announceTestWallet(load: () => Promise<Provider>): () => void {
  const provider = lazyProvider(load)
  const detail = Object.freeze({
    info: Object.freeze({
      uuid: TEST_WALLET_UUID,
      name: TEST_WALLET_NAME,
      icon: ICON,
      rdns: TEST_WALLET_RDNS,
    }),
    provider,
  })
  const announce = () => {
    window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
  }
  window.addEventListener('eip6963:requestProvider', announce)
  announce()
  return () => window.removeEventListener('eip6963:requestProvider', announce)
}

function lazyProvider(load: () => Promise<Provider>): Provider {
  let loaded: Promise<Provider> | null = null
  const real = () => {
    loaded ??= load()
    return loaded
  }
  const provider: Provider = {
    request: async (args) => (await real()).request(args),
    on: (event, listener) => {
      void real().then((each) => each.on(event, listener))
      return provider as TestWalletProvider
    },
    removeListener: (event, listener) => {
      void real().then((each) => each.removeListener(event, listener))
      return provider as TestWalletProvider
    },
  }
  return provider
}
