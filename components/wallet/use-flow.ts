'use client'

import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { PublicClient } from 'viem'
import { usePublicClient, useConfig as useWagmiConfig } from 'wagmi'
import { EVENT_CONFIRMATIONS, NETWORKS } from '@/domain/networks'
import { useConfig } from '../config/config-context'
import { useTRPCClient } from '../trpc/trpc'
import type { Flow } from './flow-machine'
import { createFlowRelay } from './flow-relay'
import { createFlowStore, type FlowState, type FlowStore } from './flow-store'
import { createFlowWallet } from './flow-wallet'

const stores = new Map<string, FlowStore>()
const SERVER_STATE: FlowState = { flow: null, isRunning: false, isReachable: true, isElsewhere: false }

type UseFlow = {
  kind: Flow['kind']
  workspaceId: string
  walletAddress: `0x${string}`
  /** Whether the account pays gas itself; see `FlowWallet`. */
  paysGas: boolean
}

/** The top up or the withdrawal of this wallet: where it stands, and what a press can do. Survives reloads and navigation. */
export function useFlow({ kind, workspaceId, walletAddress, paysGas }: UseFlow) {
  const config = useConfig()
  const wagmiConfig = useWagmiConfig()
  const client = usePublicClient({ chainId: config.chainId })
  const trpcClient = useTRPCClient()
  const { chainId, settlementAddress } = config
  const store = useMemo(
    () => storeOf({ kind, chainId, wallet: walletAddress, settlement: settlementAddress as `0x${string}` }),
    [kind, chainId, walletAddress, settlementAddress],
  )
  const state = useSyncExternalStore(
    store?.subscribe ?? noSubscription,
    store?.get ?? serverState,
    serverState,
  )
  const ports = useMemo(() => {
    if (!client) throw new Error('wagmi has no client for the configured chain')
    return {
      client: client as PublicClient,
      wallet: createFlowWallet({ wagmiConfig, account: walletAddress, chainId, paysGas }),
      relay: createFlowRelay({ client: trpcClient, workspaceId }),
      config: { usdcAddress: config.usdcAddress as `0x${string}`, usdcDomainName: config.usdcDomainName },
      requiredConfirmations: EVENT_CONFIRMATIONS,
      pollMilliseconds: (NETWORKS[config.network].blockTimeSeconds * 1000) / 2,
    }
  }, [client, wagmiConfig, walletAddress, chainId, paysGas, trpcClient, workspaceId, config])

  useEffect(() => {
    if (!store) return
    void store.resume(ports)
    const onStorage = () => store.reload()
    window.addEventListener('storage', onStorage)
    return () => window.removeEventListener('storage', onStorage)
  }, [store, ports])

  return {
    ...state,
    start: useCallback((flow: Flow) => void store?.start(flow, ports), [store, ports]),
    goOn: useCallback(() => void store?.goOn(ports), [store, ports]),
    lookAgain: useCallback(() => void store?.lookAgain(ports), [store, ports]),
    dismiss: useCallback(() => store?.dismiss(), [store]),
  }
}

export type FlowHandle = ReturnType<typeof useFlow>

const noSubscription = () => () => undefined
const serverState = () => SERVER_STATE

function storeOf(key: Parameters<typeof createFlowStore>[0]['key']): FlowStore | null {
  if (typeof window === 'undefined') return null
  const id = JSON.stringify([key.kind, key.chainId, key.wallet.toLowerCase(), key.settlement.toLowerCase()])
  const store =
    stores.get(id) ?? createFlowStore({ key, storage: window.localStorage, locks: navigator.locks ?? null })
  stores.set(id, store)
  return store
}
