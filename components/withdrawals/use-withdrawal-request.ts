import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { WithdrawalView } from '@/domain/withdrawal'
import { useTRPC } from '../trpc/trpc'

type Send<Intent> = (intent: Intent & { idempotencyKey: string }) => Promise<WithdrawalView>

/**
 * Asks for a withdrawal with one key for one intent: pressed again after an answer that was lost, the server answers the first
 * result. Another amount or address is another intent and has a key of its own.
 */
export function useWithdrawalRequest<Intent extends Record<string, string>>(send: Send<Intent>) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const asked = useRef<{ intent: string; idempotencyKey: string } | null>(null)
  const mutation = useMutation({
    mutationFn: (intent: Intent) => {
      const text = JSON.stringify(intent)
      if (asked.current?.intent !== text) {
        asked.current = { intent: text, idempotencyKey: crypto.randomUUID() }
      }
      return send({ ...intent, idempotencyKey: asked.current.idempotencyKey })
    },
    onSuccess: () => {
      asked.current = null
    },
    // Also after a failure: an answer that was lost may have changed the figures.
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.withdrawals.pathKey() }),
  })
  return mutation
}
