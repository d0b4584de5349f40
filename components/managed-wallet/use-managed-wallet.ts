'use client'

import { useQuery } from '@tanstack/react-query'
import { NETWORKS } from '@/domain/networks'
import { useConfig } from '../config/config-context'
import { useWorkspace } from '../shell/workspace-context'
import { useTRPC } from '../trpc/trpc'

/** The payout wallet, read again every other block. */
export function useManagedWallet() {
  const trpc = useTRPC()
  const { network } = useConfig()
  const { id: workspaceId } = useWorkspace()
  return useQuery(
    trpc.wallet.managed.queryOptions(
      { workspaceId },
      { refetchInterval: NETWORKS[network].blockTimeSeconds * 2_000 },
    ),
  )
}
