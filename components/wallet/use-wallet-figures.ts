'use client'

import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useClient } from 'wagmi'
import { NETWORKS } from '@/domain/networks'
import { useConfig } from '../config/config-context'
import { useTRPC } from '../trpc/trpc'
import { readFigures } from './read-figures'

const STALE_AFTER_BLOCKS = 7
/** What sessions hold changes by people's acts and not by blocks. */
const HELD_MILLISECONDS = 4000

export type WalletFigures = {
  walletUsdc: bigint
  pool: bigint
  /** What open sessions hold of the pool. */
  held: bigint
  /** max(0, pool − held). */
  available: bigint
  /** Wei; null when only the server's figures are there. */
  gasWei: bigint | null
  allowance: bigint
  isPaused: boolean
}

export type FiguresState = {
  figures: WalletFigures | null
  /** `chain`: read by this browser at one block. `server`: what the console read last, because this browser cannot. */
  source: 'chain' | 'server' | null
  block: bigint | null
  /** When the newest block arrived, in milliseconds of this browser's clock. */
  seenAt: number | null
  staleAfterMilliseconds: number
  isUnreachable: boolean
  /** Whether what sessions hold is known; until then `held` is 0. */
  isHeldKnown: boolean
}

/** All of a wallet's figures at one block, read again with each; paused while nobody looks at the page. */
export function useWalletFigures({
  workspaceId,
  walletAddress,
}: {
  workspaceId: string
  walletAddress: `0x${string}`
}): FiguresState {
  const config = useConfig()
  const trpc = useTRPC()
  const blockMilliseconds = NETWORKS[config.network].blockTimeSeconds * 1000
  const client = useClient({ chainId: config.chainId })
  const { chainId, usdcAddress, settlementAddress } = config
  const chain = useQuery({
    queryKey: ['wallet-figures', chainId, usdcAddress, settlementAddress, walletAddress],
    queryFn: () => {
      if (!client) throw new Error('wagmi has no client for the configured chain')
      return readFigures(client, config, walletAddress)
    },
    refetchInterval: blockMilliseconds,
    staleTime: 0,
    retry: 1,
    retryDelay: blockMilliseconds / 2,
  })
  const server = useQuery(
    trpc.wallet.get.queryOptions({ workspaceId }, { refetchInterval: HELD_MILLISECONDS, retry: 1 }),
  )
  const seen = useRef<{ block: bigint; at: number } | null>(null)
  const block = chain.data?.block ?? null
  if (chain.data && block !== null && seen.current?.block !== block) {
    // The first block is as old as it says; each later one counts from when it arrived, so a wrong clock heals at once.
    const mined = Number(chain.data.blockSeconds) * 1000
    seen.current = { block, at: seen.current ? chain.dataUpdatedAt : Math.min(mined, chain.dataUpdatedAt) }
  }
  const held = BigInt(server.data?.reservedBalance ?? 0)
  const common = {
    block,
    staleAfterMilliseconds: blockMilliseconds * STALE_AFTER_BLOCKS,
    isUnreachable: chain.isError || chain.failureCount > 0,
    isHeldKnown: server.data !== undefined,
  }
  if (chain.data) {
    const { walletUsdc, pool, allowance, isPaused, gasWei } = chain.data
    const figures = {
      walletUsdc,
      pool,
      held,
      available: pool > held ? pool - held : 0n,
      gasWei,
      allowance,
      isPaused,
    }
    return { ...common, figures, source: 'chain', seenAt: seen.current?.at ?? null }
  }
  if (!chain.isError || !server.data) return { ...common, figures: null, source: null, seenAt: null }
  return {
    ...common,
    source: 'server',
    seenAt: server.dataUpdatedAt,
    figures: {
      walletUsdc: BigInt(server.data.walletBalance),
      pool: BigInt(server.data.poolBalance),
      held,
      available: BigInt(server.data.availableBalance),
      gasWei: null,
      allowance: BigInt(server.data.allowance),
      isPaused: server.data.settlementPaused,
    },
  }
}
