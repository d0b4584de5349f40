'use client'

import { useBytecode, useCapabilities } from 'wagmi'
import { useConfig } from '../config/config-context'
import { useMay } from '../shell/workspace-context'
import { type SignerState, useSigner } from './use-signer'

/** Whether this person, with the wallet that is connected now, can move the workspace's money, and if not, why. */
export type WalletAccess = 'viewer' | SignerState

export function useWalletAccess(walletAddress: `0x${string}`): {
  access: WalletAccess
  connected: `0x${string}` | undefined
} {
  const mayAct = useMay('approve')
  const { state, connected } = useSigner(walletAddress)
  return { access: mayAct ? state : 'viewer', connected }
}

/** What the connected wallet can do: several calls as one (EIP-5792, atomic), and whether it pays gas itself. */
export function useWalletAbilities(walletAddress: `0x${string}`): { canBatch: boolean; paysGas: boolean } {
  const { access } = useWalletAccess(walletAddress)
  return useAbilities({ walletAddress, isReady: access === 'ready' })
}

/** The same for any account, asked once its wallet is connected on the right network. */
export function useAbilities({
  walletAddress,
  isReady,
}: {
  walletAddress: `0x${string}`
  isReady: boolean
}): { canBatch: boolean; paysGas: boolean } {
  const { chainId } = useConfig()
  const capabilities = useCapabilities({
    account: walletAddress,
    chainId,
    query: { enabled: isReady, retry: false },
  })
  const code = useBytecode({ address: walletAddress, chainId, query: { enabled: isReady } })
  const canBatch = isAtomic(capabilities.data)
  return { canBatch, paysGas: !canBatch && !code.data }
}

// Drafts of EIP-5792 called it atomicBatch; wallets in use answer either.
function isAtomic(capabilities: unknown): boolean {
  if (typeof capabilities !== 'object' || capabilities === null) return false
  const { atomic, atomicBatch } = capabilities as { atomic?: unknown; atomicBatch?: unknown }
  return (
    (isRecord(atomic) && atomic.status === 'supported') ||
    (isRecord(atomicBatch) && atomicBatch.supported === true)
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
