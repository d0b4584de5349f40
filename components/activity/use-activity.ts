'use client'

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { EventKind } from '@/domain/event-kinds'
import { useHeadBlock } from '../shell/use-head-block'
import { useTRPC } from '../trpc/trpc'
import { ledgerPaging } from './activity-params'
import { mergeActivity } from './merge-activity'
import { mergeFirstPage } from './merge-first-page'

// When this browser cannot see the chain, the console's server still can.
const FALLBACK_MILLISECONDS = 15_000

type UseActivity = { workspaceId: string; kinds: readonly EventKind[] | undefined; limit: number }

/** Pending events and the ledger as one list, read on with every block; older pages are read once and kept. */
export function useActivity({ workspaceId, kinds, limit }: UseActivity) {
  const trpc = useTRPC()
  const input = useMemo(
    () => ({ workspaceId, limit, ...(kinds ? { kinds: [...kinds] } : {}) }),
    [workspaceId, limit, kinds],
  )
  const ledger = useInfiniteQuery(
    trpc.wallet.events.infiniteQueryOptions(input, {
      ...ledgerPaging,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  )
  const newest = useQuery(
    trpc.wallet.events.queryOptions(input, {
      enabled: ledger.isSuccess,
      refetchInterval: FALLBACK_MILLISECONDS,
    }),
  )
  const pending = useQuery(
    trpc.wallet.pending.queryOptions({ workspaceId }, { refetchInterval: FALLBACK_MILLISECONDS }),
  )
  useNewestRows(input, newest.data)
  useReadOnEachBlock(input)

  const rows = useMemo(
    () =>
      mergeActivity({
        pending: (pending.data ?? []).filter(({ kind }) => !kinds || kinds.includes(kind)),
        ledger: ledger.data?.pages.flatMap(({ events }) => events) ?? [],
      }),
    [pending.data, ledger.data, kinds],
  )
  return { rows, ledger, isOld: newest.isError || pending.isError }
}

type Input = { workspaceId: string; limit: number; kinds?: EventKind[] }
type Newest = Parameters<typeof mergeFirstPage>[1]

function useNewestRows(input: Input, newest: Newest | undefined) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!newest) return
    const key = trpc.wallet.events.infiniteQueryKey(input)
    const known = queryClient.getQueryData(key)
    const merged = known && mergeFirstPage(known, newest)
    if (!merged || merged === known) return
    queryClient.setQueryData(key, merged)
    // Whatever enters the ledger may move the chart.
    void queryClient.invalidateQueries(trpc.wallet.history.queryFilter({ workspaceId: input.workspaceId }))
  }, [newest, input, trpc, queryClient])
}

function useReadOnEachBlock(input: Input) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { number } = useHeadBlock()
  useEffect(() => {
    if (number === null) return
    // An answer slower than a block must still arrive: it is not cancelled for the next one.
    const options = { cancelRefetch: false }
    void queryClient.invalidateQueries(
      trpc.wallet.pending.queryFilter({ workspaceId: input.workspaceId }),
      options,
    )
    void queryClient.invalidateQueries(trpc.wallet.events.queryFilter(input), options)
  }, [number, input, trpc, queryClient])
}
