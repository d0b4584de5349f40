import { expect, test } from 'vitest'
import type { ConfigView } from '@/domain/wallet'
import { createWagmiConfig } from './wagmi-config'

const configWith = (walletConnectProjectId: string | null): ConfigView => ({
  environment: 'LIVE',
  network: 'base',
  chainId: 8453,
  chainName: 'Base',
  rpcUrl: 'http://127.0.0.1:9',
  explorerUrl: '',
  usdcAddress: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  usdcDomainName: 'USD Coin',
  settlementAddress: '0x0000000000000000000000000000000000005E77',
  multicallAddress: '0xcA11bde05977b3631167028862bE2a173976CA11',
  features: {
    faucet: false,
    testWallet: false,
    gaslessDeposit: true,
    prepayDeposits: true,
    prepayX402TopUp: true,
    onramp: false,
    walletConnectProjectId,
    onchainKitApiKey: null,
    coinbaseProjectId: null,
    namesRpcUrl: null,
  },
})

const choicesOf = (projectId: string | null) =>
  createWagmiConfig(configWith(projectId)).connectors.map(({ id }) => id)

test('WalletConnect is a choice only with a project id', () => {
  expect(choicesOf(null)).toEqual(['baseAccount', 'coinbaseWalletSDK'])
  expect(choicesOf('a-project-id')).toEqual(['baseAccount', 'coinbaseWalletSDK', 'walletConnect'])
})

test('no wallet that is offered loads its SDK before a person chooses it', async () => {
  const { connectors } = createWagmiConfig(configWith('a-project-id'))
  expect(connectors).toHaveLength(3)
  for (const connector of connectors) {
    expect(await connector.getProvider()).toBeUndefined()
    expect(await connector.isAuthorized()).toBe(false)
  }
})
