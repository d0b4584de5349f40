'use client'

import { useRef } from 'react'
import { useBlock } from 'wagmi'
import { NETWORKS } from '@/domain/networks'
import { useConfig } from '../config/config-context'

const STALE_AFTER_BLOCKS = 7

export type HeadBlock = {
  number: bigint | null
  /** Milliseconds since 1970 by this browser's clock. */
  seenAt: number | null
  /** After this many milliseconds without a new block the figures are old. */
  staleAfterMilliseconds: number
  isError: boolean
}

/** The newest block of the chain as this browser sees it, live. */
export function useHeadBlock(): HeadBlock {
  const { network, chainId } = useConfig()
  const blockMilliseconds = NETWORKS[network].blockTimeSeconds * 1000
  const block = useBlock({ chainId, watch: { enabled: true, pollingInterval: blockMilliseconds } })
  const last = useRef<{ number: bigint; seenAt: number } | null>(null)
  const number = block.data?.number ?? null
  if (block.data && number !== null && last.current?.number !== number) {
    // The first block is as old as it says; each later one counts from when it arrived, so a wrong clock heals at once.
    const mined = Number(block.data.timestamp) * 1000
    last.current = {
      number,
      seenAt: last.current ? block.dataUpdatedAt : Math.min(mined, block.dataUpdatedAt),
    }
  }
  return {
    number,
    seenAt: last.current?.seenAt ?? null,
    staleAfterMilliseconds: blockMilliseconds * STALE_AFTER_BLOCKS,
    isError: block.isError,
  }
}
