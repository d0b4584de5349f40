import type { TRPCClient } from '@trpc/client'
import type { PublicClient } from 'viem'
import type { Config } from 'wagmi'
import { getPublicClient } from 'wagmi/actions'
import { EVENT_CONFIRMATIONS, NETWORKS } from '@/domain/networks'
import type { ConfigView } from '@/domain/wallet'
import type { AppRouter } from '@/server/trpc/root'
import type { FlowPorts, PrepayDoor } from './flow-ports'
import { createFlowRelay } from './flow-relay'
import { createFlowWallet } from './flow-wallet'

/** What ports are made of: what the page holds already, so that making them can wait for the code that does. */
export type FlowMeans = {
  config: ConfigView
  wagmiConfig: Config
  walletAddress: `0x${string}`
  paysGas: boolean
  /** Whose relayer sends deposits without gas. */
  workspace?: { trpcClient: TRPCClient<AppRouter>; workspaceId: string }
  /** Where prepaid payments are claimed. */
  prepay?: PrepayDoor
}

/** The chain, the wallet and the relayer as a flow needs them. */
export function createFlowPorts(means: FlowMeans): FlowPorts {
  const { config, wagmiConfig, walletAddress, paysGas, workspace, prepay } = means
  const { chainId } = config
  const client = getPublicClient(wagmiConfig, { chainId })
  if (!client) throw new Error('wagmi has no client for the configured chain')
  return {
    client: client as PublicClient,
    wallet: createFlowWallet({ wagmiConfig, account: walletAddress, chainId, paysGas }),
    ...(workspace && {
      relay: createFlowRelay({ client: workspace.trpcClient, workspaceId: workspace.workspaceId }),
    }),
    ...(prepay && { prepay }),
    config: { usdcAddress: config.usdcAddress as `0x${string}`, usdcDomainName: config.usdcDomainName },
    requiredConfirmations: EVENT_CONFIRMATIONS,
    pollMilliseconds: (NETWORKS[config.network].blockTimeSeconds * 1000) / 2,
  }
}
