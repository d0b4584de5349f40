import type { TRPCClient } from '@trpc/client'
import type { PublicClient } from 'viem'
import type { Config } from 'wagmi'
import { getPublicClient } from 'wagmi/actions'
import { EVENT_CONFIRMATIONS, NETWORKS } from '@/domain/networks'
import type { ConfigView } from '@/domain/wallet'
import type { AppRouter } from '@/server/trpc/root'
import type { FlowPorts } from './flow-ports'
import { createFlowRelay } from './flow-relay'
import { createFlowWallet } from './flow-wallet'

/** What ports are made of: what the page holds already, so that making them can wait for the code that does. */
export type FlowMeans = {
  config: ConfigView
  wagmiConfig: Config
  trpcClient: TRPCClient<AppRouter>
  workspaceId: string
  walletAddress: `0x${string}`
  paysGas: boolean
}

/** The chain, the wallet and the relayer as a flow needs them. */
export function createFlowPorts(means: FlowMeans): FlowPorts {
  const { config, wagmiConfig, trpcClient, workspaceId, walletAddress, paysGas } = means
  const { chainId } = config
  const client = getPublicClient(wagmiConfig, { chainId })
  if (!client) throw new Error('wagmi has no client for the configured chain')
  return {
    client: client as PublicClient,
    wallet: createFlowWallet({ wagmiConfig, account: walletAddress, chainId, paysGas }),
    relay: createFlowRelay({ client: trpcClient, workspaceId }),
    config: { usdcAddress: config.usdcAddress as `0x${string}`, usdcDomainName: config.usdcDomainName },
    requiredConfirmations: EVENT_CONFIRMATIONS,
    pollMilliseconds: (NETWORKS[config.network].blockTimeSeconds * 1000) / 2,
  }
}
