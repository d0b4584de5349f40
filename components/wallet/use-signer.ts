import { useConnection } from 'wagmi'
import { parseAddress } from '@/domain/address'
import { useIsHydrated } from '../auth/use-is-hydrated'
import { useConfig } from '../config/config-context'

/** Whether the wallet that is connected now can sign as this account on this console's chain, and if not, why. */
export type SignerState = 'looking' | 'not-connected' | 'wrong-account' | 'wrong-network' | 'ready'

export function useSigner(address: string): {
  state: SignerState
  connected: `0x${string}` | undefined
} {
  const connection = useConnection()
  const { chainId } = useConfig()
  const isHydrated = useIsHydrated()
  const connected = isHydrated ? connection.address : undefined
  const state = (): SignerState => {
    if (!isHydrated || (connection.isReconnecting && !connected)) return 'looking'
    if (!connected) return 'not-connected'
    if (parseAddress(connected) !== parseAddress(address)) return 'wrong-account'
    return connection.chainId === chainId ? 'ready' : 'wrong-network'
  }
  return { state: state(), connected }
}
