'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { encodeFunctionData, type Hash, WaitForTransactionReceiptTimeoutError } from 'viem'
import { useConfig as useWagmiConfig } from 'wagmi'
import { sendTransaction, waitForTransactionReceipt } from 'wagmi/actions'
import { usdcAbi } from '@/domain/abi/usdc'
import { useConfig } from '../config/config-context'
import { useTRPC } from '../trpc/trpc'
import type { StepState } from '../ui/stepper'
import { walletErrorStage } from '../wallet/wallet-error-stage'

export type FundTransfer = { state: StepState; hash: Hash | null; amount: bigint }
type Sending = { from: `0x${string}`; to: `0x${string}`; amount: bigint }

/** Longer than any block is late; the transfer goes on all the same. */
const RECEIPT_MILLISECONDS = 120_000

/** Sends USDC from the connected wallet to the payout wallet and follows it to its block. Null until something was asked. */
export function useFundTransfer() {
  const config = useConfig()
  const wagmiConfig = useWagmiConfig()
  const queryClient = useQueryClient()
  const trpc = useTRPC()
  const [transfer, setTransfer] = useState<FundTransfer | null>(null)

  const send = async ({ from, to, amount }: Sending) => {
    let hash: Hash | null = null
    const move = (state: StepState) => setTransfer({ state, hash, amount })
    move({ stage: 'confirm-in-wallet' })
    try {
      hash = await sendTransaction(wagmiConfig, {
        account: from,
        chainId: config.chainId,
        to: config.usdcAddress as `0x${string}`,
        data: encodeFunctionData({ abi: usdcAbi, functionName: 'transfer', args: [to, amount] }),
      })
    } catch (error) {
      return move(refusedState(error))
    }
    move({ stage: 'sent' })
    try {
      const receipt = await waitForTransactionReceipt(wagmiConfig, {
        chainId: config.chainId,
        hash,
        timeout: RECEIPT_MILLISECONDS,
        // What took its place carries its own hash.
        onReplaced: ({ transactionReceipt }) => {
          hash = transactionReceipt.transactionHash
        },
      })
      move(
        receipt.status === 'success'
          ? { stage: 'done' }
          : { stage: 'failed', why: 'USDC refused the transfer. Only gas was spent.' },
      )
    } catch (error) {
      move({ stage: 'failed', why: lostWords(error) })
    }
    await queryClient.invalidateQueries({ queryKey: trpc.wallet.managed.pathKey() })
  }
  return { transfer, send, reset: () => setTransfer(null) }
}

function refusedState(error: unknown): StepState {
  const stage = walletErrorStage(error)
  if (stage.stage === 'rejected') return { stage: 'rejected' }
  return {
    stage: 'failed',
    why: 'words' in stage && stage.words ? stage.words : 'The wallet could not do it. Nothing was sent.',
  }
}

function lostWords(error: unknown): string {
  const isLate = error instanceof WaitForTransactionReceiptTimeoutError
  return isLate
    ? 'No block has it yet. It may still arrive: look at the balance before you send again.'
    : 'The chain does not answer just now. The transfer was sent: look at the balance before you send again.'
}
