'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useConfig as useWagmiConfig } from 'wagmi'
import { useConfig } from '../config/config-context'
import { useConnectedWallet } from '../connect/use-connected-wallet'
import { useTRPC } from '../trpc/trpc'
import type { FlowMeans } from '../wallet/create-flow-ports'
import type { FlowKey } from '../wallet/flow-key'
import { isFinished } from '../wallet/flow-machine'
import { useFlowOf } from '../wallet/use-flow'
import { useAbilities } from '../wallet/use-wallet-access'

const NO_WALLET = '0x0000000000000000000000000000000000000000'

/** The transfer to this payout wallet from this browser: kept by chain and address, so that a reload sends nothing twice. */
export function useFundFlow(to: `0x${string}`) {
  const config = useConfig()
  const wagmiConfig = useWagmiConfig()
  const queryClient = useQueryClient()
  const trpc = useTRPC()
  const wallet = useConnectedWallet()
  const walletAddress = wallet.address ?? NO_WALLET
  const { paysGas } = useAbilities({ walletAddress, isReady: wallet.state === 'ready' })
  const { chainId, settlementAddress } = config
  const key = useMemo<FlowKey>(
    () => ({ kind: 'fund', chainId, owner: to, settlement: settlementAddress as `0x${string}` }),
    [chainId, to, settlementAddress],
  )
  const means = useMemo<FlowMeans>(
    () => ({ config, wagmiConfig, walletAddress, paysGas }),
    [config, wagmiConfig, walletAddress, paysGas],
  )
  const handle = useFlowOf(key, means)
  const isDone = handle.flow !== null && isFinished(handle.flow)
  useEffect(() => {
    if (isDone) void queryClient.invalidateQueries({ queryKey: trpc.wallet.managed.pathKey() })
  }, [isDone, queryClient, trpc])
  return handle
}
