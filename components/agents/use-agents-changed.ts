'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../trpc/trpc'

/** Reads the agents anew after an act, wherever they are shown. */
export function useAgentsChanged(): () => Promise<void> {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: trpc.agents.pathKey() })
}
