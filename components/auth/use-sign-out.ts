'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useDisconnect } from 'wagmi'
import { toast } from '../ui/toast'
import { postJson } from './post-json'

/** Ends the session on the server and forgets the wallet's connection. The page is loaded anew, so nothing stays in memory. */
export function useSignOut() {
  const [isPending, setIsPending] = useState(false)
  const disconnect = useDisconnect()
  const queryClient = useQueryClient()
  const signOut = useCallback(async () => {
    setIsPending(true)
    try {
      await postJson('/api/auth/logout', {})
      // A wallet that refuses to disconnect must not keep somebody signed in.
      await disconnect.mutateAsync({}).catch(() => undefined)
      queryClient.clear()
      window.location.assign('/')
    } catch (error) {
      setIsPending(false)
      toast.error('You are still signed in', {
        description: error instanceof Error ? error.message : undefined,
      })
    }
  }, [disconnect.mutateAsync, queryClient])
  return { signOut, isPending }
}
