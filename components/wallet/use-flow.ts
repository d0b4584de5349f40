'use client'

import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import { useConfig as useWagmiConfig } from 'wagmi'
import { useConfig } from '../config/config-context'
import { useTRPCClient } from '../trpc/trpc'
import type { FlowMeans } from './create-flow-ports'
import { type FlowKey, storageNameOf } from './flow-key'
import type { Flow } from './flow-schema'
import { NO_FLOW } from './flow-state'
import { createLazyFlowStore, type LazyFlowStore } from './lazy-flow-store'

const stores = new Map<string, LazyFlowStore>()

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
  const trpcClient = useTRPCClient()
  const { chainId, settlementAddress } = config
  const key = useMemo<FlowKey>(
    () => ({ kind, chainId, owner: walletAddress, settlement: settlementAddress as `0x${string}` }),
    [kind, chainId, walletAddress, settlementAddress],
  )
  const means = useMemo<FlowMeans>(
    () => ({ config, wagmiConfig, walletAddress, paysGas, workspace: { trpcClient, workspaceId } }),
    [config, wagmiConfig, trpcClient, workspaceId, walletAddress, paysGas],
  )
  return useFlowOf(key, means)
}

/** Any flow by its key: where it stands, and what a press can do with these means. `means` must be stable between renders. */
export function useFlowOf(key: FlowKey, means: FlowMeans) {
  const store = useMemo(() => storeOf(key), [key])
  const state = useSyncExternalStore(
    store?.subscribe ?? noSubscription,
    store?.get ?? serverState,
    serverState,
  )

  useEffect(() => {
    if (!store) return
    // Code that did not arrive is asked for again when the network is back.
    const resume = () => void store.resume(means).catch(() => undefined)
    const onStorage = () => void store.reload().catch(() => undefined)
    resume()
    window.addEventListener('online', resume)
    window.addEventListener('storage', onStorage)
    return () => {
      window.removeEventListener('online', resume)
      window.removeEventListener('storage', onStorage)
    }
  }, [store, means])

  return {
    ...state,
    start: useCallback((flow: Flow) => void store?.start(flow, means), [store, means]),
    goOn: useCallback(() => void store?.goOn(means), [store, means]),
    lookAgain: useCallback(() => void store?.lookAgain(means), [store, means]),
    dismiss: useCallback(() => store?.dismiss(), [store]),
  }
}

export type FlowHandle = ReturnType<typeof useFlow>

const noSubscription = () => () => undefined
const serverState = () => NO_FLOW

function storeOf(key: FlowKey): LazyFlowStore | null {
  if (typeof window === 'undefined') return null
  const id = storageNameOf(key)
  const store =
    stores.get(id) ??
    createLazyFlowStore({ key, storage: window.localStorage, locks: navigator.locks ?? null })
  stores.set(id, store)
  return store
}
