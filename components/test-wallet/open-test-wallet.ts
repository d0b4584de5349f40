import { createRequestQueue } from './request-queue'
import { createRpcSend } from './rpc-send'
import { createTestWalletKeyring } from './test-wallet-keyring'
import { createTestWalletProvider } from './test-wallet-provider'

export type OpenTestWallet = ReturnType<typeof create>

let opened: OpenTestWallet | null = null

/** The one test wallet of this page: its keys, its provider and what waits for a person. */
export function openTestWallet({ chainId, rpcUrl }: { chainId: number; rpcUrl: string }): OpenTestWallet {
  opened ??= create({ chainId, rpcUrl })
  return opened
}

function create({ chainId, rpcUrl }: { chainId: number; rpcUrl: string }) {
  const queue = createRequestQueue()
  const keyring = createTestWalletKeyring(window.localStorage)
  // The browser tells other tabs only, never the one that wrote.
  window.addEventListener('storage', keyring.reload)
  const send = createRpcSend(rpcUrl)
  const provider = createTestWalletProvider({ chainId, keyring, ask: queue.ask, send })
  return { queue, keyring, send, provider }
}
