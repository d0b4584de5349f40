import { checksummed } from '@/domain/address'
import { MULTICALL3_ADDRESS } from '@/domain/networks'
import type { ConfigView } from '@/domain/wallet'
import { env } from '@/server/core/env'
import { hasRelayer } from '@/server/relayer'

/** What a client needs to know of this deployment. Every value in it is public: `rpcUrl` is PUBLIC_RPC_URL, never RPC_URL. */
export async function getConfig(): Promise<ConfigView> {
  const { NETWORK, isLocal, ...settings } = env()
  return {
    environment: NETWORK.environment,
    network: NETWORK.name,
    chainId: NETWORK.chainId,
    chainName: NETWORK.chainName,
    rpcUrl: settings.PUBLIC_RPC_URL,
    explorerUrl: NETWORK.explorerUrl,
    usdcAddress: checksummed(settings.USDC_ADDRESS),
    usdcDomainName: NETWORK.usdcDomainName,
    settlementAddress: checksummed(settings.SETTLEMENT_ADDRESS),
    multicallAddress: MULTICALL3_ADDRESS,
    features: {
      faucet: isLocal,
      testWallet: isLocal,
      gaslessDeposit: await hasRelayer(),
      prepayDeposits: settings.PREPAY_DEPOSITS_ENABLED,
      prepayX402TopUp: settings.PREPAY_DEPOSITS_ENABLED && settings.PREPAY_X402_TOPUP_ENABLED,
      onramp: settings.onrampKey !== null,
      walletConnectProjectId: settings.WALLETCONNECT_PROJECT_ID ?? null,
      onchainKitApiKey: settings.ONCHAINKIT_API_KEY ?? null,
      coinbaseProjectId: settings.COINBASE_PROJECT_ID ?? null,
      namesRpcUrl: settings.namesRpcUrl,
    },
  }
}
