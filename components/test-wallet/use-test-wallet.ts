'use client'

import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { encodeFunctionData, type Hex } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { useConfig } from '../config/config-context'
import { openTestWallet } from './open-test-wallet'

const BALANCE_MILLISECONDS = 2000

/** The wallet's state, moving with it. */
export function useTestWallet() {
  const { chainId, rpcUrl } = useConfig()
  const wallet = openTestWallet({ chainId, rpcUrl })
  const { keyring, queue } = wallet
  const requests = useSyncExternalStore(queue.subscribe, queue.list, queue.list)
  const accounts = useSyncExternalStore(keyring.subscribe, keyring.accounts, keyring.accounts)
  const selected = useSyncExternalStore(keyring.subscribe, keyring.selected, keyring.selected)
  const isConnected = useSyncExternalStore(keyring.subscribe, keyring.isConnected, keyring.isConnected)
  return { wallet, requests, accounts, selected, isConnected }
}

/** ETH (wei) and USDC (atomic units) of an account, read by the wallet itself through the node. */
export function useTestBalances(address: `0x${string}`, isOpen: boolean) {
  const { chainId, rpcUrl, usdcAddress } = useConfig()
  const { send } = openTestWallet({ chainId, rpcUrl })
  return useQuery({
    queryKey: ['test-wallet', 'balances', rpcUrl, address],
    enabled: isOpen,
    refetchInterval: BALANCE_MILLISECONDS,
    queryFn: async () => {
      const data = encodeFunctionData({ abi: usdcAbi, functionName: 'balanceOf', args: [address] })
      const [eth, usdc] = await Promise.all([
        send('eth_getBalance', [address, 'latest']),
        send('eth_call', [{ to: usdcAddress, data }, 'latest']),
      ])
      return { eth: BigInt(eth as Hex), usdc: BigInt(usdc as Hex) }
    },
  })
}
