'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useWorkspace } from '../shell/workspace-context'
import { useTRPC, useTRPCClient } from '../trpc/trpc'

/**
 * Asks for USDC back with one key for one amount: pressed again after an answer that was lost, the server answers the first result.
 * After an answer that came, the next press is another request.
 */
export function useSweep() {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const asked = useRef<{ amount: bigint; idempotencyKey: string } | null>(null)
  return useMutation({
    mutationFn: (amount: bigint) => {
      if (asked.current?.amount !== amount) asked.current = { amount, idempotencyKey: crypto.randomUUID() }
      const { idempotencyKey } = asked.current
      return client.wallet.sweep.mutate({ workspaceId, amountUsdc: amount.toString(), idempotencyKey })
    },
    onSuccess: () => {
      asked.current = null
    },
    // Also after a failure: an answer that was lost may have changed the figures.
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.wallet.managed.pathKey() }),
  })
}
