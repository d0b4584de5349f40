'use client'

import type { ReactNode } from 'react'
import { useConnection, useSwitchChain } from 'wagmi'
import { useIsHydrated } from '../auth/use-is-hydrated'
import { useConfig } from '../config/config-context'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { isRejection } from './is-rejection'

type WrongNetworkNoticeProps = {
  /** What it stands in the way of; by default, of sending. */
  children?: ReactNode
}

/** Says that the connected wallet is on another chain than this console and offers to switch it. Empty otherwise. */
export function WrongNetworkNotice({
  children = 'You can look around; before anything is sent the wallet has to switch.',
}: WrongNetworkNoticeProps) {
  const { isConnected, chainId } = useConnection()
  const config = useConfig()
  const switchChain = useSwitchChain()
  const isHydrated = useIsHydrated()
  if (!isHydrated || !isConnected || chainId === undefined || chainId === config.chainId) return null
  const wasDeclined = switchChain.isError && isRejection(switchChain.error)
  return (
    <Notice
      tone="caution"
      title={`Your wallet is on chain ${chainId}, this console on ${config.chainName} (${config.chainId})`}
      action={
        <Button
          size="sm"
          pending={switchChain.isPending && 'Confirm in your wallet'}
          onClick={() =>
            switchChain.mutate({
              chainId: config.chainId,
              addEthereumChainParameter: { rpcUrls: [config.rpcUrl], chainName: config.chainName },
            })
          }
        >
          Switch to {config.chainName}
        </Button>
      }
    >
      {switchChain.isError
        ? wasDeclined
          ? 'You declined the switch. Nothing changed.'
          : 'The wallet did not switch. Choose the network in the wallet itself.'
        : children}
    </Notice>
  )
}
