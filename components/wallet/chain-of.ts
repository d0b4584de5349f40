import type { Chain } from 'viem'
import { base, baseSepolia, foundry } from 'viem/chains'
import type { ConfigView } from '@/domain/wallet'

const CHAINS: Record<ConfigView['network'], Chain> = { base, 'base-sepolia': baseSepolia, local: foundry }

/** The deployment's chain as wallets and viem want it, spoken to through the RPC of the run-time config. */
export function chainOf(config: ConfigView): Chain {
  const chain = CHAINS[config.network]
  return {
    ...chain,
    name: config.chainName,
    rpcUrls: { default: { http: [config.rpcUrl] } },
    contracts: {
      ...chain.contracts,
      multicall3: { address: config.multicallAddress as `0x${string}`, blockCreated: 0 },
    },
  }
}
