import type { Chain } from 'viem'
import type { ConfigView } from '@/domain/wallet'

/**
 * The deployment's chain as wallets and viem want it, spoken to through the RPC of the run-time config. Written here and
 * not taken from `viem/chains`: those of Base bring the OP stack's serializers, and this console serializes nothing.
 */
export function chainOf(config: ConfigView): Chain {
  return {
    id: config.chainId,
    name: config.chainName,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [config.rpcUrl] } },
    ...(config.explorerUrl && {
      blockExplorers: { default: { name: 'Explorer', url: config.explorerUrl } },
    }),
    contracts: {
      multicall3: { address: config.multicallAddress as `0x${string}`, blockCreated: 0 },
    },
    testnet: config.environment === 'TEST',
  }
}
