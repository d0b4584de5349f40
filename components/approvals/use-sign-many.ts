'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useSignTypedData } from 'wagmi'
import type { ApprovedMany, ToApproveManyView } from '@/domain/approval'
import { usePerson, useWorkspace } from '../shell/workspace-context'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { isRejection } from '../wallet/is-rejection'
import { readableWalletError } from '../wallet/readable-wallet-error'
import type { SignStage } from './use-sign-approval'

type TypedData = NonNullable<ToApproveManyView['typedData']>

/** Several approvals by one signature over the list: the wallet, then the server's answer line by line. */
export function useSignMany() {
  const [stage, setStage] = useState<SignStage>('idle')
  const [error, setError] = useState<unknown>(null)
  const [result, setResult] = useState<ApprovedMany | null>(null)
  const { mutateAsync: signTypedData } = useSignTypedData()
  const { address } = usePerson()
  const { id: workspaceId } = useWorkspace()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const attempts = useRef(0)
  const approve = async (typedData: TypedData) => {
    attempts.current += 1
    const attempt = attempts.current
    setError(null)
    const { approvals } = typedData.message
    try {
      setStage('signing')
      const signature = await signTypedData({
        account: address,
        ...typedData,
        message: {
          approvals: approvals.map((line) => ({
            ...line,
            amount: BigInt(line.amount),
            deadline: BigInt(line.deadline),
          })),
        },
      })
      if (attempt !== attempts.current) return
      setStage('saving')
      const approvalIds = approvals.map(({ approvalId }) => approvalId)
      setResult(await client.approvals.approveMany.mutate({ workspaceId, approvalIds, signature }))
      setStage('idle')
    } catch (cause) {
      if (attempt !== attempts.current) return
      setStage(isRejection(cause) ? 'declined' : 'idle')
      if (!isRejection(cause)) setError(await readableWalletError(cause))
    }
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: trpc.payouts.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.approvals.list.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.approvals.count.pathKey() }),
    ])
  }
  /** Stops waiting for the wallet: a signature that comes later is thrown away. */
  const abandon = () => {
    attempts.current += 1
    setStage('idle')
  }
  return { stage, error, result, approve, abandon }
}
