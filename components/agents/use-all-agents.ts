'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useWorkspace } from '../shell/workspace-context'
import { useTRPC } from '../trpc/trpc'
import { agentsPaging } from './agents-paging'

// As many as the server gives at once.
const PAGE_ROWS = 100

/** Every agent of the workspace, page after page, for a choice among them; the newest come first. */
export function useAllAgents() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const query = useInfiniteQuery(
    trpc.agents.list.infiniteQueryOptions({ workspaceId, limit: PAGE_ROWS }, agentsPaging),
  )
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  const agents = useMemo(() => data?.pages.flatMap((page) => page.agents) ?? [], [data])
  return { agents, query, isComplete: data !== undefined && !hasNextPage }
}
