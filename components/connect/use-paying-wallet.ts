'use client'

import { useQuery } from '@tanstack/react-query'
import { useClient } from 'wagmi'
import { NETWORKS } from '@/domain/networks'
import { useConfig } from '../config/config-context'
import { readFigures } from '../wallet/read-figures'

/** The USDC (atomic units) and gas (wei) of the account that will pay, read again every other block. */
export function usePayingWallet(address: `0x${string}` | null) {
  const config = useConfig()
  const { chainId } = config
  const client = useClient({ chainId })
  const interval = NETWORKS[config.network].blockTimeSeconds * 2000
  return useQuery({
    queryKey: ['paying-wallet', chainId, address],
    queryFn: async () => {
      if (!client || !address) throw new Error('there is no account to ask about')
      const { walletUsdc, gasWei } = await readFigures(client, config, address)
      return { usdc: walletUsdc, gasWei }
    },
    enabled: address !== null,
    refetchInterval: interval,
    staleTime: 0,
  })
}
