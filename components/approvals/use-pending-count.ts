'use client'

import { useQuery } from '@tanstack/react-query'
import { useWorkspace } from '../shell/workspace-context'
import { useTRPC } from '../trpc/trpc'
import { INBOX_MILLISECONDS } from './approvals-paging'

/**
 * How many payouts of the workspace wait for a decision, and `forMe` those that this person can still decide; asked for again while
 * the page is visible, 0 until it is known.
 */
export function usePendingCount(): { count: number; forMe: number } {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const { data } = useQuery(
    trpc.approvals.count.queryOptions({ workspaceId }, { refetchInterval: INBOX_MILLISECONDS }),
  )
  return data ?? { count: 0, forMe: 0 }
}
