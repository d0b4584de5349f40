'use client'

import { useState } from 'react'
import { formatUsdc } from '@/domain/money'
import { Address } from '../address/address'
import { TxLink } from '../address/tx-link'
import { usePayingWallet } from '../connect/use-paying-wallet'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { FaucetButton } from '../test-wallet/faucet-button'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { Stepper } from '../ui/stepper'
import { type FundTransfer, useFundTransfer } from './use-fund-transfer'

type FundFormProps = { from: `0x${string}`; to: `0x${string}`; onClose: () => void }

/** An amount and the whole address, one popup, then how it goes. */
export function FundForm({ from, to, onClose }: FundFormProps) {
  const [text, setText] = useState('')
  const payer = usePayingWallet(from)
  const { transfer, send, reset } = useFundTransfer()
  const limits = payer.data ? { balance: payer.data.usdc, balanceWords: 'the wallet holds' } : {}
  const read = readAmount(text, limits)
  if (transfer) {
    const sendAgain = () => void send({ from, to, amount: transfer.amount })
    return <TransferProgress transfer={transfer} onAgain={sendAgain} onReset={reset} onClose={onClose} />
  }
  return (
    <form
      className="grid gap-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (read.ok) void send({ from, to, amount: read.amount })
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
      <Button type="submit" variant="primary" size="lg" disabled={!read.ok}>
        {read.ok ? `Send ${formatUsdc(read.amount)} USDC` : 'Send'}
      </Button>
    </form>
  )
}

type TransferProgressProps = {
  transfer: FundTransfer
  onAgain: () => void
  onReset: () => void
  onClose: () => void
}

function TransferProgress({ transfer, onAgain, onReset, onClose }: TransferProgressProps) {
  const { state, hash, amount } = transfer
  // What was sent is never offered to be sent again: the new amount is typed, with the balance in sight.
  const canRepeat = hash === null && (state.stage === 'rejected' || state.stage === 'failed')
  const isEnded = state.stage === 'done' || state.stage === 'failed'
  return (
    <div className="grid gap-5">
      <Stepper
        label="Funding the payout wallet"
        steps={[
          {
            id: 'send',
            title: `Send ${formatUsdc(amount)} USDC to the payout wallet`,
            state,
            aside: hash ? <TxLink hash={hash} /> : undefined,
          },
        ]}
      />
      <div className="flex flex-wrap justify-end gap-2">
        {canRepeat ? (
          <>
            <Button onClick={onReset}>Change the amount</Button>
            <Button variant="primary" onClick={onAgain}>
              Try again
            </Button>
          </>
        ) : null}
        {isEnded && !canRepeat ? <Button onClick={onClose}>Close</Button> : null}
      </div>
    </div>
  )
}
