import type { CreateConnectorFn } from 'wagmi'

/**
 * A connector whose SDK loads only when a person chooses it or used it last. wagmi asks every connector for its provider
 * at each page load, which fetched the SDKs of all wallets (over 180 kB gzipped) for people who have none of them.
 */
export function onDemand(create: CreateConnectorFn): CreateConnectorFn {
  return (config) => {
    const connector = create(config)
    let isChosen = false
    const isWanted = async () =>
      isChosen || (await config.storage?.getItem('recentConnectorId')) === connector.id
    return {
      ...connector,
      connect: (parameters) => {
        isChosen = true
        return connector.connect(parameters)
      },
      getProvider: async (parameters) => ((await isWanted()) ? connector.getProvider(parameters) : undefined),
      isAuthorized: async () => (await isWanted()) && connector.isAuthorized(),
    }
  }
}
