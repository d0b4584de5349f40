import { http } from 'viem'
import { createConfig } from 'wagmi'
import { baseAccount } from 'wagmi/connectors/baseAccount'
import { coinbaseWallet } from 'wagmi/connectors/coinbaseWallet'
import { walletConnect } from 'wagmi/connectors/walletConnect'
import type { ConfigView } from '@/domain/wallet'
import { chainOf } from './chain-of'
import { onDemand } from './on-demand'

const APP_NAME = 'Bursar'

/**
 * The wallets a person may bring, on the deployment's one chain. Injected wallets announce themselves (EIP-6963); the
 * others load their SDK on demand. None sends telemetry. WalletConnect is there only with a project id, which its relay asks for.
 */
export function createWagmiConfig(config: ConfigView) {
  const chain = chainOf(config)
  const projectId = config.features.walletConnectProjectId
  return createConfig({
    chains: [chain],
    connectors: [
      onDemand(baseAccount({ appName: APP_NAME, preference: { telemetry: false } })),
      onDemand(coinbaseWallet({ appName: APP_NAME, preference: { options: 'all', telemetry: false } })),
      ...(projectId
        ? [onDemand(walletConnect({ projectId, showQrModal: true, telemetryEnabled: false }))]
        : []),
    ],
    multiInjectedProviderDiscovery: true,
    transports: { [chain.id]: http(config.rpcUrl, { batch: true }) },
    // The server renders before any wallet is known; wagmi connects again after hydration.
    ssr: true,
  })
}
