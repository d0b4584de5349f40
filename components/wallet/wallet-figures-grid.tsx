'use client'

import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatEther } from 'viem'
import { shortAddress } from '../address/short-address'
import { useConfig } from '../config/config-context'
import { Amount } from '../money/amount'
import { cn } from '../ui/cn'
import { CopyButton } from '../ui/copy-button'
import { relativeTime } from '../ui/format-time'
import { Skeleton } from '../ui/skeleton'
import { useNow } from '../ui/use-now'
import { formatEth } from './format-eth'
import type { FiguresState } from './use-wallet-figures'

/** The pool first, then what is held of it and what is free; the wallet and its gas beside. */
export function WalletFiguresGrid({
  state,
  walletAddress,
}: {
  state: FiguresState
  walletAddress: `0x${string}`
}) {
  const { usdcAddress, settlementAddress } = useConfig()
  const { figures, isHeldKnown } = state
  const isOld = state.source === 'server' || state.isUnreachable
  return (
    <div className="grid gap-4">
      <dl className={cn('grid grid-cols-2 gap-x-6 gap-y-4 lg:grid-cols-5', isOld && 'text-ink-muted')}>
        <Figure
          label="In the pool"
          className="max-lg:col-span-2"
          isMain
          source={{
            address: settlementAddress,
            path: `address/${settlementAddress}#readContract`,
            what: 'pool contract',
          }}
        >
          {figures ? <Amount value={figures.pool} /> : null}
        </Figure>
        <Figure label="Held by sessions">
          {figures && isHeldKnown ? <Amount value={figures.held} /> : null}
        </Figure>
        <Figure label="Available">
          {figures && isHeldKnown ? <Amount value={figures.available} /> : null}
        </Figure>
        <Figure
          label="In the wallet"
          source={{
            address: walletAddress,
            path: `token/${usdcAddress}?a=${walletAddress}`,
            what: 'wallet address',
          }}
        >
          {figures ? <Amount value={figures.walletUsdc} /> : null}
        </Figure>
        <Figure
          label="Gas"
          source={{ address: walletAddress, path: `address/${walletAddress}`, what: 'wallet address' }}
        >
          {figures ? <Gas wei={figures.gasWei} /> : null}
        </Figure>
      </dl>
      <Freshness state={state} />
    </div>
  )
}

function Gas({ wei }: { wei: bigint | null }) {
  if (wei === null) return <span className="text-ink-muted">unknown</span>
  return (
    <span title={`${formatEther(wei)} ETH`} className="figures whitespace-nowrap">
      {formatEth(wei)}
      <span className="text-ink-muted"> ETH</span>
    </span>
  )
}

type FigureProps = {
  label: string
  isMain?: boolean
  className?: string
  /** Where the figure can be checked; on the local chain, which has no explorer, the address to ask is copied. */
  source?: { address: string; path: string; what: string }
  /** Null keeps the room with a skeleton. */
  children: ReactNode
}

function Figure({ label, isMain, className, source, children }: FigureProps) {
  const { explorerUrl } = useConfig()
  return (
    <div className={cn('grid content-start gap-0.5', className)}>
      <dt className="flex h-7 items-center gap-0.5 text-[0.8125rem] text-ink-muted">
        {label}
        {source && explorerUrl ? (
          <a
            href={`${explorerUrl}/${source.path}`}
            target="_blank"
            rel="noreferrer"
            aria-label={`Check “${label}” in the explorer`}
            className="inline-flex size-7 items-center justify-center rounded-md hover:bg-sunken hover:text-ink"
          >
            <ExternalLink aria-hidden className="size-3.5" />
          </a>
        ) : null}
        {source && !explorerUrl ? (
          <CopyButton
            value={source.address}
            what={`${source.what} ${shortAddress(source.address)} of “${label}”`}
            className="size-7 [&_svg]:size-3.5"
          />
        ) : null}
      </dt>
      <dd className={isMain ? 'text-2xl font-semibold tracking-tight' : 'text-base font-medium'}>
        {children ?? <Skeleton className={isMain ? 'my-1.5 h-6 w-40' : 'my-1 h-4 w-24'} />}
      </dd>
    </div>
  )
}

function Freshness({ state }: { state: FiguresState }) {
  const now = useNow()
  const { block, seenAt } = state
  if (now === null || seenAt === null) return <p className="h-4.5 text-xs text-ink-faint" />
  const age = relativeTime(Math.min(seenAt, now), now)
  return (
    <p className="figures h-4.5 text-xs text-ink-faint">
      {state.source === 'server'
        ? `Read by the console ${age}`
        : `Block ${block}, ${age === 'now' ? 'just now' : age}`}
    </p>
  )
}
