import { createLoader, type SearchParams } from 'nuqs/server'
import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { daysParser, ledgerPaging, RECENT_ROWS } from '@/components/activity/activity-params'
import { OverviewActivity } from '@/components/activity/overview-activity'
import { AlarmsStrip } from '@/components/alarms/alarms-strip'
import { WAITING_LINES } from '@/components/approvals/approvals-paging'
import { WaitingCard } from '@/components/approvals/waiting-card'
import { PageHeader } from '@/components/shell/page-header'
import { OverviewWallet } from '@/components/wallet/overview-wallet'
import { readWorkspace } from './read-workspace'

export const metadata = { title: 'Overview' }

const readRange = createLoader({ days: daysParser })

type OverviewPageProps = { params: Promise<{ slug: string }>; searchParams: Promise<SearchParams> }

export default async function OverviewPage({ params, searchParams }: OverviewPageProps) {
  const { workspace } = await readWorkspace((await params).slug)
  const { days } = await readRange(searchParams)
  const { queryClient, trpc } = await readPrefetcher()
  const workspaceId = workspace.id
  const recent = trpc.wallet.events.infiniteQueryOptions({ workspaceId, limit: RECENT_ROWS }, ledgerPaging)
  await awaitPrefetches([
    queryClient.prefetchQuery(trpc.wallet.get.queryOptions({ workspaceId })),
    queryClient.prefetchQuery(trpc.wallet.alarms.queryOptions({ workspaceId })),
    queryClient.prefetchQuery(trpc.wallet.history.queryOptions({ workspaceId, days })),
    queryClient.prefetchQuery(trpc.wallet.pending.queryOptions({ workspaceId })),
    queryClient.prefetchQuery(trpc.approvals.list.queryOptions({ workspaceId, ...WAITING_LINES })),
    queryClient.prefetchInfiniteQuery(recent),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PageHeader title="Overview" />
      <div className="grid gap-5">
        <AlarmsStrip />
        <OverviewWallet />
        <WaitingCard />
        <OverviewActivity />
      </div>
    </Hydrate>
  )
}
