import { setOnchainKitConfig } from '@coinbase/onchainkit'
import { getNames } from '@coinbase/onchainkit/identity'
import { createPublicClient, http } from 'viem'
import { mainnet } from 'viem/chains'
import { checksummed } from '@/domain/address'
import type { ConfigView } from '@/domain/wallet'
import { chainOf } from '../wallet/chain-of'
import { isShowableName } from './is-showable-name'
import type { Names } from './use-names'

type ReadNames = { config: ConfigView; namesRpcUrl: string; addresses: readonly string[] }

/**
 * Reads names through OnchainKit: the Basename, else the ENS name, each only when it resolves back to the address. Asks
 * the deployment's own endpoints instead of OnchainKit's public ones. Names that cannot be read are left out.
 */
export async function readNames({ config, namesRpcUrl, addresses }: ReadNames): Promise<Names> {
  const chain = chainOf(config)
  setOnchainKitConfig({
    defaultPublicClients: {
      [chain.id]: createPublicClient({ chain, transport: http(config.rpcUrl, { batch: true }) }),
      [mainnet.id]: createPublicClient({ chain: mainnet, transport: http(namesRpcUrl, { batch: true }) }),
    },
  })
  const names = await getNames({ addresses: addresses.map(checksummed), chain })
  return Object.fromEntries(
    addresses.flatMap((address, position) => {
      const name = names[position]
      return name && isShowableName(name) ? [[address, name]] : []
    }),
  )
}
