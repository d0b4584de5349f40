'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../trpc/trpc'

/** Reads the mandates anew after an act, wherever they are shown. */
export function useMandatesChanged(): () => Promise<void> {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: trpc.mandates.pathKey() })
}
