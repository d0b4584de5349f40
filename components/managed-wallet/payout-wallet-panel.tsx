'use client'

import { ArrowDownToLine, Undo2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { type ReactNode, useState } from 'react'
import type { ManagedWalletView } from '@/domain/managed-wallet'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { useMay } from '../shell/workspace-context'
import { FaucetButton } from '../test-wallet/faucet-button'
import { ProblemState } from '../trpc/problem-state'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { cn } from '../ui/cn'
import { Notice } from '../ui/notice'
import { Skeleton } from '../ui/skeleton'
import { SweepNotice } from './sweep-receipt'
import { isSweepMoving } from './sweep-words'
import { useFundFlow } from './use-fund-flow'
import { useManagedWallet } from './use-managed-wallet'

const loadFund = () => import('./fund-dialog')
const loadSendBack = () => import('./send-back-dialog')
const FundDialog = dynamic(loadFund, { ssr: false })
const FlowStrip = dynamic(() => import('../wallet/flow-strip').then(({ FlowStrip }) => FlowStrip), {
  ssr: false,
})
const SendBackDialog = dynamic(loadSendBack, { ssr: false })

/** The wallet that payouts leave from: its address, what it holds and has promised, and what moves USDC in and out. */
export function PayoutWalletPanel() {
  const wallet = useManagedWallet()
  const isOld = wallet.isError && wallet.data !== undefined
  return (
    <Card aria-labelledby="payout-wallet-heading" aria-busy={wallet.isPending}>
      <CardHeader
        id="payout-wallet-heading"
        title="Payout wallet"
        description="Payouts leave from here; the console keeps its key. Hold in it what you are ready to pay out."
      />
      <CardBody className="grid gap-4">
        {wallet.data ? (
          <>
            {isOld ? (
              <Notice tone="caution" title="These figures may be old">
                The chain does not answer just now. Nothing was lost; they are read again every few seconds.
              </Notice>
            ) : null}
            <WalletBody wallet={wallet.data} isOld={isOld} />
          </>
        ) : wallet.isError ? (
          <ProblemState error={wallet.error} onRetry={() => wallet.refetch()} />
        ) : (
          <LoadingBody />
        )}
      </CardBody>
    </Card>
  )
}

// As high as what comes in its place, so that the payouts below stay where they are.
function LoadingBody() {
  return (
    <div className="grid gap-4">
      <Skeleton className="h-11 w-full max-w-md sm:h-7" />
      <Skeleton className="h-40 w-full sm:h-16" />
      <Skeleton className="h-24 w-full sm:h-9 sm:w-52" />
    </div>
  )
}

function WalletBody({ wallet, isOld }: { wallet: ManagedWalletView; isOld: boolean }) {
  if (wallet.address === null) {
    return (
      <Notice title="The payout wallet is being made">
        The worker gives every workspace one within seconds. If this stays, ask the operator whether the
        worker has its wallet key.
      </Notice>
    )
  }
  return (
    <>
      <FundsNotice wallet={wallet} />
      {wallet.lastSweep && isSweepWorthSaying(wallet.lastSweep) ? (
        <SweepNotice sweep={wallet.lastSweep} />
      ) : null}
      <Address address={wallet.address} isFull />
      <dl className={cn('grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4', isOld && 'text-ink-muted')}>
        <Figure label="Available" isMain hint="What can be paid or sent back now">
          <Amount value={wallet.available} />
        </Figure>
        <Figure label="In the wallet">
          <Amount value={wallet.balance} />
        </Figure>
        <Figure label="Reserved" hint="Signed or on its way">
          <Amount value={wallet.reserved} />
        </Figure>
        <Figure label="Waiting" hint="Payouts not signed yet">
          <Amount value={wallet.waiting} />
        </Figure>
      </dl>
      <WalletActions wallet={wallet} address={wallet.address as `0x${string}`} />
    </>
  )
}

function isSweepWorthSaying(sweep: NonNullable<ManagedWalletView['lastSweep']>): boolean {
  return isSweepMoving(sweep) || sweep.status === 'failed'
}

function FundsNotice({ wallet }: { wallet: ManagedWalletView }) {
  const [available, waiting] = [BigInt(wallet.available), BigInt(wallet.waiting)]
  if (waiting > available) {
    return (
      <Notice tone="caution" title="Not enough for the payouts that wait">
        <Amount value={waiting} /> wait and <Amount value={available} /> is available: add{' '}
        <Amount value={waiting - available} />. A payout that finds too little fails, and nothing of it is
        sent.
      </Notice>
    )
  }
  if (available > 0n) return null
  return (
    <Notice title={wallet.balance === '0' ? 'The payout wallet is empty' : 'All of it is promised'}>
      A payout that is authorized now fails for want of funds. Fund the wallet first.
    </Notice>
  )
}

type WalletActionsProps = { wallet: ManagedWalletView; address: `0x${string}` }

function WalletActions({ wallet, address }: WalletActionsProps) {
  const [asked, setAsked] = useState<'fund' | 'send-back' | null>(null)
  const mayWithdraw = useMay('withdraw')
  const close = () => setAsked(null)
  const funding = useFundFlow(address)
  return (
    <>
      {funding.flow ? <FlowStrip handle={funding} onOpen={() => setAsked('fund')} /> : null}
      <div className="flex flex-wrap gap-2 max-sm:flex-col [&_button]:h-11 sm:[&_button]:h-9">
        <Button variant="primary" onClick={() => setAsked('fund')} {...prefetching(loadFund)}>
          <ArrowDownToLine aria-hidden />
          Fund
        </Button>
        {mayWithdraw ? (
          <Button
            disabled={wallet.available === '0'}
            onClick={() => setAsked('send-back')}
            {...prefetching(loadSendBack)}
          >
            <Undo2 aria-hidden />
            Send back
          </Button>
        ) : null}
        {wallet.balance === '0' ? <FaucetButton address={address} /> : null}
        {asked === 'fund' ? <FundDialog address={address} handle={funding} onClose={close} /> : null}
        {asked === 'send-back' ? <SendBackDialog wallet={wallet} onClose={close} /> : null}
      </div>
    </>
  )
}

// A failed fetch is told when the dialog is asked for.
function prefetching(load: () => Promise<unknown>) {
  const prefetch = () => void load().catch(() => undefined)
  return { onPointerEnter: prefetch, onFocus: prefetch }
}

type FigureProps = { label: string; hint?: string; isMain?: boolean; children: ReactNode }

function Figure({ label, hint, isMain, children }: FigureProps) {
  return (
    <div className="grid content-start gap-0.5">
      <dt className="text-[0.8125rem] text-ink-muted">{label}</dt>
      <dd className={isMain ? 'text-xl font-semibold' : 'font-medium'}>{children}</dd>
      {hint ? <dd className="text-xs text-ink-faint">{hint}</dd> : null}
    </div>
  )
}
