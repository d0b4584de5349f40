'use client'

import { useState } from 'react'
import { formatUsdc } from '@/domain/money'
import { Address } from '../address/address'
import { useConfig } from '../config/config-context'
import { usePayingWallet } from '../connect/use-paying-wallet'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { FaucetButton } from '../test-wallet/faucet-button'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { planFund } from '../wallet/plan-fund'
import type { FlowHandle } from '../wallet/use-flow'

type FundFormProps = { from: `0x${string}`; to: `0x${string}`; handle: FlowHandle }

/** An amount and the whole address, and what the wallet will be asked. */
export function FundForm({ from, to, handle }: FundFormProps) {
  const [text, setText] = useState('')
  const payer = usePayingWallet(from)
  const { chainId, settlementAddress } = useConfig()
  const limits = payer.data ? { balance: payer.data.usdc, balanceWords: 'the wallet holds' } : {}
  const read = readAmount(text, limits)
  const settlement = settlementAddress as `0x${string}`
  return (
    <form
      className="grid gap-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (read.ok) handle.start(planFund({ chainId, settlement, wallet: from, to, amount: read.amount }))
      }}
    >
      <div className="grid gap-1.5">
        <p className="text-[0.8125rem] font-medium">From</p>
        <Address address={from} isPlain />
      </div>
      {payer.data?.usdc === 0n ? (
        <Notice
          tone="caution"
          title="This wallet holds no USDC"
          action={<FaucetButton address={from} size="sm" />}
        >
          Choose another account in your wallet, or send by transfer.
        </Notice>
      ) : (
        <AmountField label="Amount" value={text} onChange={setText} limits={limits} />
      )}
      <div className="grid gap-1.5">
        <p className="text-[0.8125rem] font-medium">To the payout wallet</p>
        <div className="rounded-md border bg-sunken/60 p-3">
          <Address address={to} isFull />
        </div>
      </div>
      <p className="text-[0.8125rem] text-ink-muted">Your wallet will ask once: to send the USDC.</p>
      <Button type="submit" variant="primary" size="lg" disabled={!read.ok}>
        {read.ok ? `Send ${formatUsdc(read.amount)} USDC` : 'Send'}
      </Button>
    </form>
  )
}
