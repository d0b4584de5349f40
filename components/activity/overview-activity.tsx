'use client'

import { useWorkspace } from '../shell/workspace-context'
import { ActivityList } from './activity-list'
import { PoolChart } from './pool-chart'

/** The overview's second half: the pool over time, and what moved it last. */
export function OverviewActivity() {
  const { id, walletAddress } = useWorkspace()
  return (
    <div className="grid min-w-0 gap-5">
      <PoolChart workspaceId={id} />
      <ActivityList workspaceId={id} walletAddress={walletAddress} mode="recent" />
    </div>
  )
}
