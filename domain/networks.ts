export const NETWORK_NAMES = ['base', 'base-sepolia', 'local'] as const
export type NetworkName = (typeof NETWORK_NAMES)[number]

export type Network = {
  name: NetworkName
  chainId: number
  chainName: string
  environment: 'LIVE' | 'TEST'
  explorerUrl: string
  /** Circle's native USDC; null where the deployment says it (the local chain). */
  usdcAddress: `0x${string}` | null
  /** The EIP-712 domain name of USDC differs by chain; its version is "2" on all. */
  usdcDomainName: string
  blockTimeSeconds: number
}

export const MULTICALL3_ADDRESS = '0xcA11bde05977b3631167028862bE2a173976CA11'

export const NETWORKS: Record<NetworkName, Network> = {
  base: {
    name: 'base',
    chainId: 8453,
    chainName: 'Base',
    environment: 'LIVE',
    explorerUrl: 'https://basescan.org',
    usdcAddress: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
    usdcDomainName: 'USD Coin',
    blockTimeSeconds: 2,
  },
  'base-sepolia': {
    name: 'base-sepolia',
    chainId: 84_532,
    chainName: 'Base Sepolia',
    environment: 'TEST',
    explorerUrl: 'https://sepolia.basescan.org',
    usdcAddress: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
    usdcDomainName: 'USDC',
    blockTimeSeconds: 2,
  },
  local: {
    name: 'local',
    chainId: 31_337,
    chainName: 'Local chain',
    environment: 'TEST',
    explorerUrl: '',
    usdcAddress: null,
    usdcDomainName: 'USD Coin',
    blockTimeSeconds: 2,
  },
}

/** Accepts a name (`base`) or a CAIP-2 id (`eip155:8453`). Null when it is neither. */
export function findNetwork(text: string): Network | null {
  return (
    Object.values(NETWORKS).find(
      (network) => network.name === text || `eip155:${network.chainId}` === text,
    ) ?? null
  )
}

/**
 * Confirmations, counted everywhere as head − block + 1. Six confirmations make an event public; a gasless deposit is
 * reported confirmed with three, as payouts are.
 */
export const EVENT_CONFIRMATIONS = 6
export const RELAY_CONFIRMATIONS = 3

export function confirmationsOf(block: bigint, head: bigint): number {
  return head < block ? 0 : Number(head - block) + 1
}
