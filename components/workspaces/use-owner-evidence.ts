'use client'

import { useCallback, useState } from 'react'
import { useSignTypedData } from 'wagmi'
import type { buildMemberChange } from '@/domain/member-change'
import type { PolicyTypedData } from '@/domain/policy'
import type { MemberEvidence } from '@/domain/workspace'
import { usePerson } from '../shell/workspace-context'
import { isRejection } from '../wallet/is-rejection'
import { readableWalletError } from '../wallet/readable-wallet-error'

export type EvidenceStage = 'idle' | 'preparing' | 'signing' | 'saving' | 'declined'

type OwnerTypedData = ReturnType<typeof buildMemberChange> | PolicyTypedData

type Run = {
  /** Asks the server what has to be signed. */
  prepare: () => Promise<OwnerTypedData>
  /** Hands the signature back with the change itself. */
  save: (evidence: MemberEvidence) => Promise<unknown>
}

/** A change that an owner signs (EIP-712): prepare, one signature in the wallet, save. True when saved. */
export function useOwnerEvidence() {
  const [stage, setStage] = useState<EvidenceStage>('idle')
  const [error, setError] = useState<unknown>(null)
  const { address } = usePerson()
  const { mutateAsync: signTypedData } = useSignTypedData()
  const run = useCallback(
    async ({ prepare, save }: Run): Promise<boolean> => {
      setError(null)
      try {
        setStage('preparing')
        const typedData = await prepare()
        setStage('signing')
        const { deadline } = typedData.message
        const message = { ...typedData.message, deadline: BigInt(deadline) }
        // The kinds differ in their fields; the type of the call wants one of them.
        const toSign = { account: address, ...typedData, message } as Parameters<typeof signTypedData>[0]
        const signature = await signTypedData(toSign)
        setStage('saving')
        await save({ deadline, nonce: typedData.message.nonce, signature })
        setStage('idle')
        return true
      } catch (cause) {
        setStage(isRejection(cause) ? 'declined' : 'idle')
        if (!isRejection(cause)) setError(await readableWalletError(cause))
        return false
      }
    },
    [address, signTypedData],
  )
  const reset = useCallback(() => {
    setStage('idle')
    setError(null)
  }, [])
  return { stage, error, run, reset }
}

/** The words of a stage for the pending button; null when nothing is under way. */
export function evidenceWords(stage: EvidenceStage): string | null {
  if (stage === 'preparing') return 'Preparing what you sign'
  if (stage === 'signing') return 'Confirm in your wallet'
  if (stage === 'saving') return 'Saving'
  return null
}
