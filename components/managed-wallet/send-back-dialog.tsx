'use client'

import { useState } from 'react'
import type { ManagedWalletView } from '@/domain/managed-wallet'
import { formatUsdc } from '@/domain/money'
import { Address } from '../address/address'
import { Amount } from '../money/amount'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { useWorkspace } from '../shell/workspace-context'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { Button } from '../ui/button'
import { DangerDialog } from '../ui/danger-dialog'
import { Dialog, DialogContent } from '../ui/dialog'
import { SweepReceipt } from './sweep-receipt'
import { useSweep } from './use-sweep'

const AGAIN = 'Pressing again cannot send it twice.'

/** Part of the payout wallet, or all of it, back to the workspace's wallet; for all of it the workspace's name is typed. */
export default function SendBackDialog({
  wallet,
  onClose,
}: {
  wallet: ManagedWalletView
  onClose: () => void
}) {
  const { slug } = useWorkspace()
  const [text, setText] = useState('')
  const [isConfirming, setConfirming] = useState(false)
  const sweep = useSweep()
  const limits = { balance: BigInt(wallet.available), balanceWords: 'what is not promised is' }
  const read = readAmount(text, limits)
  const send = () => {
    if (!read.ok || sweep.isPending) return
    if (read.amount === limits.balance) setConfirming(true)
    else sweep.mutate(read.amount)
  }
  if (isConfirming && read.ok && !sweep.isSuccess) {
    return (
      <DangerDialog
        open
        onOpenChange={(open) => setConfirming(open)}
        title={`Send back ${formatUsdc(read.amount)} USDC`}
        confirmName={slug}
        actionLabel="Send back all"
        pendingLabel="Asking for it"
        isPending={sweep.isPending}
        error={sweep.isError ? `${readProblem(sweep.error).detail} ${AGAIN}` : null}
        onConfirm={() => sweep.mutate(read.amount)}
      >
        <p>
          The payout wallet is empty afterwards but for what is promised already (
          <Amount value={wallet.reserved} className="text-ink" />
          ). <WaitingWords waiting={wallet.waiting} />
        </p>
        <Address address={wallet.toAddress} isFull isPlain />
      </DangerDialog>
    )
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Send USDC back"
        description="From the payout wallet to the workspace’s wallet. The gas is paid for you; no wallet opens."
        footer={
          sweep.isSuccess ? (
            <Button onClick={onClose}>Close</Button>
          ) : (
            <>
              <Button onClick={onClose}>Cancel</Button>
              <Button
                variant="primary"
                disabled={!read.ok}
                pending={sweep.isPending && 'Asking for it'}
                onClick={send}
              >
                {read.ok ? `Send back ${formatUsdc(read.amount)} USDC` : 'Send back'}
              </Button>
            </>
          )
        }
      >
        {sweep.data ? (
          <SweepReceipt asked={sweep.data} />
        ) : (
          <div className="grid gap-5">
            <AmountField
              label="Amount"
              value={text}
              onChange={setText}
              limits={limits}
              disabled={sweep.isPending}
            />
            <div className="grid gap-1.5">
              <p className="text-[0.8125rem] font-medium">To the workspace’s wallet</p>
              <div className="rounded-md border bg-sunken/60 p-3">
                <Address address={wallet.toAddress} isFull />
              </div>
            </div>
            {sweep.isError ? <ProblemState error={sweep.error} money={AGAIN} /> : null}
          </div>
        )}
      </DialogContent>
    </Dialog>
  )
}

function WaitingWords({ waiting }: { waiting: string }) {
  if (waiting === '0') return <>Payouts that are asked for later fail until it is funded again.</>
  return (
    <>
      Payouts of <Amount value={waiting} className="text-ink" /> that wait now will fail for want of funds.
    </>
  )
}
