'use client'

import { useMemo } from 'react'
import { useConfig as useWagmiConfig } from 'wagmi'
import { useConfig } from '../config/config-context'
import type { FlowMeans } from '../wallet/create-flow-ports'
import type { FlowKey } from '../wallet/flow-key'
import type { PrepayDoor } from '../wallet/flow-ports'
import { useFlowOf } from '../wallet/use-flow'

type UsePrepayFlow = {
  agentId: string
  door: PrepayDoor
  /** The account that sends or signs; a payment under way is followed without any. */
  walletAddress: `0x${string}` | undefined
  paysGas: boolean
}

const NO_WALLET = '0x0000000000000000000000000000000000000000'

/** The prepaid payment of an agent: where it stands, and what a press can do. Survives reloads and a wallet that is not connected. */
export function usePrepayFlow({ agentId, door, walletAddress, paysGas }: UsePrepayFlow) {
  const config = useConfig()
  const wagmiConfig = useWagmiConfig()
  const { chainId, settlementAddress } = config
  const key = useMemo<FlowKey>(
    () => ({ kind: 'prepay', chainId, owner: agentId, settlement: settlementAddress as `0x${string}` }),
    [chainId, agentId, settlementAddress],
  )
  const means = useMemo<FlowMeans>(
    () => ({ config, wagmiConfig, walletAddress: walletAddress ?? NO_WALLET, paysGas, prepay: door }),
    [config, wagmiConfig, walletAddress, paysGas, door],
  )
  return useFlowOf(key, means)
}
