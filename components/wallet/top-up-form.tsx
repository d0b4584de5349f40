'use client'

import { useState } from 'react'
import { MIN_GASLESS_DEPOSIT_ATOMIC } from '@/domain/gasless-deposit'
import { formatUsdc, parseUsdc } from '@/domain/money'
import { useConfig } from '../config/config-context'
import { AmountField, type AmountPreset } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { FaucetButton } from '../test-wallet/faucet-button'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { RadioCards } from '../ui/radio-cards'
import { planTopUp, type TopUpWay } from './top-up-plan'
import type { WalletFigures } from './use-wallet-figures'

const PRESETS: readonly AmountPreset[] = [10, 50, 100, 500].map((whole) => ({
  label: String(whole),
  amount: BigInt(whole) * 1_000_000n,
}))

export type TopUpFormState = ReturnType<typeof useTopUpForm>

/** What a person chose for a top up, and the plan that follows from it. */
export function useTopUpForm({
  walletAddress,
  figures,
  canBatch,
}: {
  walletAddress: `0x${string}`
  figures: WalletFigures | null
  canBatch: boolean
}) {
  const { chainId, settlementAddress, features } = useConfig()
  const [text, setText] = useState('')
  const [approval, setApproval] = useState<'unlimited' | 'exact'>('unlimited')
  const [way, setWay] = useState<TopUpWay>('wallet')
  const minimum = way === 'gasless' ? MIN_GASLESS_DEPOSIT_ATOMIC : undefined
  const limits = {
    ...(figures && { balance: figures.walletUsdc, balanceWords: 'the wallet holds' }),
    ...(minimum !== undefined && { minimum }),
  }
  const read = readAmount(text, limits)
  const typed = parseUsdc(text)
  const allowance = figures?.allowance ?? 0n
  const plan =
    read.ok && figures
      ? planTopUp({
          chainId,
          wallet: walletAddress,
          settlement: settlementAddress as `0x${string}`,
          amount: read.amount,
          allowance,
          approval,
          canBatch,
          way,
        })
      : null
  return {
    ...{ text, setText, approval, setApproval, way, setWay, limits, plan },
    isGaslessOffered: features.gaslessDeposit,
    /** Asked only where an approval will be signed; an amount is needed to know. */
    asksApproval: way === 'wallet' && (typed.ok ? typed.amount > allowance : allowance === 0n),
    canStart: plan !== null && figures?.isPaused === false,
    actionLabel: read.ok ? `Top up ${formatUsdc(read.amount)} USDC` : 'Top up',
  }
}

type TopUpFormProps = {
  form: TopUpFormState
  figures: WalletFigures | null
  walletAddress: `0x${string}`
  onAddFunds: () => void
}

export function TopUpForm({ form, figures, walletAddress, onAddFunds }: TopUpFormProps) {
  if (figures?.isPaused) {
    return (
      <Notice tone="caution" title="Top up is paused">
        The pool takes no deposits at the moment; your USDC stays in the wallet. Withdrawing is never paused.
      </Notice>
    )
  }
  const typed = parseUsdc(form.text)
  const isShort = figures !== null && typed.ok && typed.amount > figures.walletUsdc
  return (
    <div className="grid gap-5">
      <AmountField
        label="Amount"
        value={form.text}
        onChange={form.setText}
        limits={form.limits}
        presets={PRESETS}
        hint="USDC in the wallet can be topped up. What is in the pool can be withdrawn at any time."
      />
      {figures && (figures.walletUsdc === 0n || isShort) ? (
        <Notice
          title={figures.walletUsdc === 0n ? 'The wallet holds no USDC' : 'Not enough USDC in the wallet'}
          action={
            <>
              <FaucetButton address={walletAddress} size="sm" />
              <Button size="sm" onClick={onAddFunds}>
                Add funds
              </Button>
            </>
          }
        >
          Bring USDC to the wallet first, then top up.
        </Notice>
      ) : null}
      {form.isGaslessOffered ? <WayChoice form={form} /> : null}
      {form.asksApproval ? <ApprovalChoice form={form} /> : null}
      <GasNotice form={form} figures={figures} walletAddress={walletAddress} />
      <p className="text-[0.8125rem] text-ink-muted">{popupWords(form)}</p>
    </div>
  )
}

function WayChoice({ form }: { form: TopUpFormState }) {
  return (
    <RadioCards
      legend="How to send"
      value={form.way}
      onValueChange={form.setWay}
      options={[
        { value: 'wallet', label: 'With the wallet', description: 'Your wallet sends it and pays the gas.' },
        {
          value: 'gasless',
          label: 'Deposit without gas',
          description: 'You sign once, the console’s relayer sends it. From 1 USDC; no approval, no ETH.',
        },
      ]}
    />
  )
}

function ApprovalChoice({ form }: { form: TopUpFormState }) {
  return (
    <RadioCards
      legend="Allow the pool to take USDC"
      value={form.approval}
      onValueChange={form.setApproval}
      options={[
        {
          value: 'unlimited',
          label: 'Once for all',
          description:
            'Later top ups need one confirmation. The pool can only take USDC in a deposit that you send yourself.',
        },
        {
          value: 'exact',
          label: 'Exactly this amount',
          description: 'Nothing stays allowed afterwards; each top up asks twice.',
        },
      ]}
    />
  )
}

function GasNotice({ form, figures, walletAddress }: Omit<TopUpFormProps, 'onAddFunds'>) {
  if (form.way === 'gasless' || figures?.gasWei !== 0n) return null
  return (
    <Notice
      tone="caution"
      title="The wallet holds no ETH for gas"
      action={
        <>
          <FaucetButton address={walletAddress} size="sm" label="Get test ETH" />
          {form.isGaslessOffered ? (
            <Button size="sm" onClick={() => form.setWay('gasless')}>
              Deposit without gas
            </Button>
          ) : null}
        </>
      }
    >
      Sending needs a little ETH on this network, unless your wallet pays gas in another way.
    </Notice>
  )
}

function popupWords({ plan, way, asksApproval }: TopUpFormState): string {
  if (way === 'gasless') return 'Your wallet will ask once: to sign the deposit. Nothing is sent from it.'
  if (plan?.steps[0]?.id === 'batch')
    return 'Your wallet will ask once: to allow the pool and deposit together.'
  if (asksApproval)
    return 'Your wallet will ask twice: 1 of 2 to allow the pool to take USDC, 2 of 2 to deposit.'
  return 'Your wallet will ask once: to deposit.'
}
