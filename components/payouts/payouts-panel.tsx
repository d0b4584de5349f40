'use client'

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useQueryState } from 'nuqs'
import { usePendingCount } from '../approvals/use-pending-count'
import { useIsHydrated } from '../auth/use-is-hydrated'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { useTRPC } from '../trpc/trpc'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../ui/tabs'
import { AllPayouts } from './all-payouts'
import { PAYOUT_TABS, payoutsParsers } from './payouts-params'

const loadInbox = () => import('../approvals/approvals-inbox').then(({ ApprovalsInbox }) => ApprovalsInbox)
const ApprovalsInbox = dynamic(loadInbox)

// What this person does is counted at once: approving, denying and cancelling ask again. What others do may take its time beside a filter.
const COUNTS_MILLISECONDS = 10_000

/** The payouts of a workspace: all of them, and what waits for a person. The tab and the filters stand in the address. */
export function PayoutsPanel() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayApprove = useMay('approve')
  const { forMe } = usePendingCount()
  // Where the server was too slow to know the number, the sidebar may have read it before this part of the page comes alive.
  const isHydrated = useIsHydrated()
  const [tab, setTab] = useQueryState('tab', payoutsParsers.tab.withOptions({ history: 'push' }))
  const { data: counts } = useQuery(
    trpc.payouts.counts.queryOptions({ workspaceId }, { refetchInterval: COUNTS_MILLISECONDS }),
  )
  return (
    <Tabs value={tab} onValueChange={(next) => setTab(PAYOUT_TABS.find((known) => known === next) ?? 'all')}>
      <TabsList aria-label="Payouts">
        <TabsTrigger value="all">All</TabsTrigger>
        <TabsTrigger value="waiting" onPointerEnter={() => void loadInbox()}>
          {mayApprove ? 'Waiting for you' : 'Waiting'}
          {isHydrated && forMe > 0 ? (
            <span className="figures ml-1.5 rounded-full bg-caution-soft px-1.5 text-xs text-caution">
              {forMe}
            </span>
          ) : null}
        </TabsTrigger>
      </TabsList>
      <TabsContent value="all">
        <AllPayouts counts={counts} />
      </TabsContent>
      <TabsContent value="waiting">
        <ApprovalsInbox />
      </TabsContent>
    </Tabs>
  )
}
