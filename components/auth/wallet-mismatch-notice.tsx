'use client'

import dynamic from 'next/dynamic'
import { useConnection } from 'wagmi'
import { parseAddress } from '@/domain/address'
import { useIsHydrated } from './use-is-hydrated'

// It can sign in, for which it needs zod and EIP-4361; few ever see it.
const WalletMismatch = dynamic(
  () => import('./wallet-mismatch').then(({ WalletMismatch }) => WalletMismatch),
  {
    ssr: false,
  },
)

/** Appears when the wallet's account is not the one that signed in: what is signed would come from somebody else. */
export function WalletMismatchNotice({ signedInAddress }: { signedInAddress: string }) {
  const { address, isConnected } = useConnection()
  const isHydrated = useIsHydrated()
  if (!isHydrated || !isConnected || !address) return null
  if (parseAddress(address) === parseAddress(signedInAddress)) return null
  return <WalletMismatch address={address} signedInAddress={signedInAddress} />
}
