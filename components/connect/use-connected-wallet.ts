'use client'

import { useConnection } from 'wagmi'
import { checksummed } from '@/domain/address'
import { useIsHydrated } from '../auth/use-is-hydrated'
import { useConfig } from '../config/config-context'

export type ConnectedWallet = {
  state: 'looking' | 'none' | 'wrong-network' | 'ready'
  /** The account that would sign now. */
  address: `0x${string}` | undefined
}

/** The wallet of this browser, whoever is signed in: any account may be linked to an agent and pay for it. */
export function useConnectedWallet(): ConnectedWallet {
  const connection = useConnection()
  const { chainId } = useConfig()
  const isHydrated = useIsHydrated()
  const address = isHydrated && connection.address ? checksummed(connection.address) : undefined
  if (!isHydrated || (connection.isReconnecting && !address)) return { state: 'looking', address }
  if (!address) return { state: 'none', address }
  return { state: connection.chainId === chainId ? 'ready' : 'wrong-network', address }
}
