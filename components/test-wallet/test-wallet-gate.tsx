'use client'

import dynamic from 'next/dynamic'
import { useEffect } from 'react'
import { useConfig } from '../config/config-context'
import { announceTestWallet } from './announce-test-wallet'
import { isTestWalletAllowed } from './test-wallet-id'

const TestWalletWindow = dynamic(
  () => import('./test-wallet-window').then(({ TestWalletWindow }) => TestWalletWindow),
  { ssr: false },
)

/**
 * A wallet for people without one, on the local chain only: elsewhere nothing of it is loaded. Mount it once, inside of
 * the wagmi provider, so that it is announced before wagmi connects again after a reload.
 */
export function TestWalletGate() {
  const { chainId, rpcUrl, features } = useConfig()
  const isAllowed = features.testWallet && isTestWalletAllowed({ chainId, rpcUrl })
  useEffect(() => {
    if (!isAllowed) return
    return announceTestWallet(async () => {
      const { openTestWallet } = await import('./open-test-wallet')
      return openTestWallet({ chainId, rpcUrl }).provider
    })
  }, [isAllowed, chainId, rpcUrl])
  return isAllowed ? <TestWalletWindow /> : null
}
