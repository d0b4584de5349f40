'use client'

import { useCallback, useState } from 'react'
import { useSignMessage } from 'wagmi'
import { type WalletNoncePurpose, walletNonceView } from '@/domain/agent-api'
import { isRejection } from '../wallet/is-rejection'
import { callAgentApi } from './request-agent-api'

export type ProofState =
  | { stage: 'idle' | 'asking' | 'signing' | 'checking' | 'declined' }
  | { stage: 'failed'; error: unknown }

type Proof = { message: string; signature: string }

type UseWalletProof = {
  purpose: WalletNoncePurpose
  /** The agent's bearer; `link` needs it, because the message names the agent. */
  token?: string
  /** Hands the signed message in. */
  submit: (proof: Proof, address: `0x${string}`) => Promise<void>
}

/** One signature that proves a wallet to the API: message from the server, wallet opened once, handed in. Declining is a state. */
export function useWalletProof({ purpose, token, submit }: UseWalletProof) {
  const [state, setState] = useState<ProofState>({ stage: 'idle' })
  const { mutateAsync: sign } = useSignMessage()
  const prove = useCallback(
    async (address: `0x${string}`) => {
      setState({ stage: 'asking' })
      try {
        const { siwe_message: message } = await callAgentApi('/api/v1/agents/wallet-nonce', {
          method: 'POST',
          ...(token && { token }),
          body: JSON.stringify({ address, purpose }),
          schema: walletNonceView,
        })
        setState({ stage: 'signing' })
        const signature = await sign({ account: address, message })
        setState({ stage: 'checking' })
        await submit({ message, signature }, address)
        setState({ stage: 'idle' })
      } catch (error) {
        setState(isRejection(error) ? { stage: 'declined' } : { stage: 'failed', error })
      }
    },
    [purpose, token, submit, sign],
  )
  const pending = { asking: 'Preparing the message', signing: 'Confirm in your wallet', checking: 'Checking' }
  const words = state.stage in pending ? pending[state.stage as keyof typeof pending] : null
  return { state, prove, pending: words }
}
