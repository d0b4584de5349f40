'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useSignTypedData } from 'wagmi'
import { useTRPC, useTRPCClient } from '../trpc/trpc'
import { isRejection } from '../wallet/is-rejection'
import { readableWalletError } from '../wallet/readable-wallet-error'
import type { EvidenceStage } from '../workspaces/use-owner-evidence'
import type { LoweredTerms } from './read-terms'

/** Prepare, one signature in the wallet, save. What was lowered goes along twice: what is signed is what is stored. */
export function useMandateSigning({ mandateId, address }: { mandateId: string; address: `0x${string}` }) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const [stage, setStage] = useState<EvidenceStage>('idle')
  const [error, setError] = useState<unknown>(null)
  const { mutateAsync: signTypedData } = useSignTypedData()
  const sign = useCallback(
    async (terms: LoweredTerms) => {
      setError(null)
      try {
        setStage('preparing')
        const { typedData } = await client.mandates.toSign.query({ mandateId, terms })
        setStage('signing')
        const { message } = typedData
        const signature = await signTypedData({
          account: address,
          ...typedData,
          message: {
            ...message,
            limitAmount: BigInt(message.limitAmount),
            maxAmountPerTx: BigInt(message.maxAmountPerTx),
            periodSeconds: BigInt(message.periodSeconds),
            periodLimit: BigInt(message.periodLimit),
            validFrom: BigInt(message.validFrom),
            validUntil: BigInt(message.validUntil),
          },
        })
        setStage('saving')
        await client.mandates.sign.mutate({ mandateId, signature, terms })
        await queryClient.invalidateQueries({ queryKey: trpc.mandates.pathKey() })
        setStage('idle')
      } catch (cause) {
        setStage(isRejection(cause) ? 'declined' : 'idle')
        if (!isRejection(cause)) setError(await readableWalletError(cause))
      }
    },
    [address, client, mandateId, queryClient, signTypedData, trpc],
  )
  return { stage, error, sign }
}
