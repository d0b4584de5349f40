'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useSignTypedData } from 'wagmi'
import type { ToApproveView } from '@/domain/approval'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { isRejection } from '../wallet/is-rejection'
import { readableWalletError } from '../wallet/readable-wallet-error'

export type SignStage = 'idle' | 'signing' | 'saving' | 'declined'

/** One approval: the wallet's signature over what is shown, then the server's answer. Declining is a state, not an error. */
export function useSignApproval({ approval, typedData, you }: ToApproveView) {
  const [stage, setStage] = useState<SignStage>('idle')
  const [error, setError] = useState<unknown>(null)
  const { mutateAsync: signTypedData } = useSignTypedData()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const { approvalId } = approval
  const approve = useCallback(async () => {
    setError(null)
    try {
      setStage('signing')
      const { message } = typedData
      const signature = await signTypedData({
        account: you.address as `0x${string}`,
        ...typedData,
        message: { ...message, amount: BigInt(message.amount), deadline: BigInt(message.deadline) },
      })
      setStage('saving')
      await client.payouts.approve.mutate({ approvalId, signature })
      // What comes of it stands above; the button was at the lower edge of a phone.
      window.scrollTo(0, 0)
      setStage('idle')
    } catch (cause) {
      setStage(isRejection(cause) ? 'declined' : 'idle')
      if (!isRejection(cause)) setError(await readableWalletError(cause))
    }
    // Also after a refusal: what refused it is what the page has to show.
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: trpc.payouts.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.approvals.pathKey() }),
    ])
  }, [approvalId, client, queryClient, signTypedData, trpc, typedData, you.address])
  return { stage, error, approve }
}

/** The words of a stage for the pending button; null when nothing is under way. */
export function signWords(stage: SignStage): string | null {
  if (stage === 'signing') return 'Confirm in your wallet'
  if (stage === 'saving') return 'Approving'
  return null
}
