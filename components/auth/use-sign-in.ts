'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useCallback, useState } from 'react'
import { createSiweMessage } from 'viem/siwe'
import { type Connector, useConnect, useConnection, useSignMessage } from 'wagmi'
import * as z from 'zod'
import { useConfig } from '../config/config-context'
import { isRejection } from '../wallet/is-rejection'
import { postJson, RequestError } from './post-json'

export type SignInState =
  | { stage: 'idle' }
  | { stage: 'connecting'; walletName: string }
  | { stage: 'signing' }
  | { stage: 'verifying' }
  | { stage: 'done' }
  | { stage: 'declined'; at: 'connecting' | 'signing' }
  | {
      stage: 'failed'
      at: 'connecting' | 'signing' | 'verifying'
      title: string
      why: string
      requestId: string | null
    }

const STATEMENT =
  'Sign in to Bursar. This proves that the address is yours. It sends nothing and costs nothing.'
const nonceAnswer = z.object({ nonce: z.string(), expiresAt: z.iso.datetime() })

/**
 * Sign-In with Ethereum (EIP-4361): connect if needed, one signature, then the session cookie. Declining in the wallet
 * is a state, not an error. The pages are rendered anew once signed in.
 */
export function useSignIn() {
  const [state, setState] = useState<SignInState>({ stage: 'idle' })
  const connect = useConnect()
  const connection = useConnection()
  const signMessage = useSignMessage()
  const { chainId } = useConfig()
  const router = useRouter()
  const queryClient = useQueryClient()

  const proveAddress = useCallback(
    async (address: `0x${string}`, connector: Connector | undefined) => {
      const { nonce } = nonceAnswer.parse(await postJson('/api/auth/nonce', {}))
      const message = createSiweMessage({
        address,
        chainId,
        domain: window.location.host,
        uri: window.location.origin,
        nonce,
        statement: STATEMENT,
        version: '1',
        issuedAt: new Date(),
      })
      const signature = await signMessage.mutateAsync({
        account: address,
        message,
        ...(connector && { connector }),
      })
      setState({ stage: 'verifying' })
      await postJson('/api/auth/verify', { message, signature })
    },
    [chainId, signMessage.mutateAsync],
  )

  const signIn = useCallback(
    async (connector?: Connector) => {
      let at: 'connecting' | 'signing' = 'connecting'
      try {
        let { address } = connection
        if (connector && connector.uid !== connection.connector?.uid) {
          setState({ stage: 'connecting', walletName: connector.name })
          const { accounts } = await connect.mutateAsync({ connector })
          address = accounts[0]
        }
        if (!address) throw new Error('The wallet shared no account.')
        at = 'signing'
        setState({ stage: 'signing' })
        await proveAddress(address, connector ?? connection.connector)
        setState({ stage: 'done' })
        queryClient.clear()
        router.refresh()
      } catch (error) {
        setState(isRejection(error) ? { stage: 'declined', at } : failure(at, error))
      }
    },
    [connect.mutateAsync, connection, proveAddress, queryClient, router],
  )

  const reset = useCallback(() => setState({ stage: 'idle' }), [])
  return { state, signIn, reset }
}

function failure(at: 'connecting' | 'signing', error: unknown): SignInState {
  if (error instanceof RequestError) {
    const { problem } = error
    return {
      stage: 'failed',
      at: 'verifying',
      title: problem?.title ?? 'The console did not answer',
      why: error.message,
      requestId: problem?.requestId ?? null,
    }
  }
  const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
  const title = at === 'connecting' ? 'The wallet could not be connected' : 'The wallet could not sign'
  return { stage: 'failed', at, title, why, requestId: null }
}
