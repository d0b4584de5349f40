export const TEST_WALLET_NAME = 'Bursar test wallet'
/** Its EIP-6963 reverse domain, which is also its connector's id. */
export const TEST_WALLET_RDNS = 'dev.bursar.test-wallet'
export const TEST_WALLET_UUID = '6f0d3f2e-6c0b-4f0e-9a57-2f1f3d5f8f4e'

const LOCAL_CHAIN_ID = 31337
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Whether the test wallet may exist here: the local chain's id and an RPC on this very machine, nothing else. */
export function isTestWalletAllowed({ chainId, rpcUrl }: { chainId: number; rpcUrl: string }): boolean {
  if (chainId !== LOCAL_CHAIN_ID || !URL.canParse(rpcUrl)) return false
  return LOOPBACK.test(new URL(rpcUrl).hostname)
}
