import { createLoader, type SearchParams } from 'nuqs/server'
import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { ActivityList } from '@/components/activity/activity-list'
import { chosenKinds, FULL_PAGE_ROWS, kindsParser, ledgerPaging } from '@/components/activity/activity-params'
import { PageHeader } from '@/components/shell/page-header'
import { checksummed } from '@/domain/address'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Activity' }

const readFilter = createLoader({ kinds: kindsParser })

type ActivityPageProps = { params: Promise<{ slug: string }>; searchParams: Promise<SearchParams> }

export default async function ActivityPage({ params, searchParams }: ActivityPageProps) {
  const { workspace } = await readWorkspace((await params).slug)
  const kinds = chosenKinds((await readFilter(searchParams)).kinds)
  const { queryClient, trpc } = await readPrefetcher()
  const workspaceId = workspace.id
  const filter = { workspaceId, limit: FULL_PAGE_ROWS, ...(kinds ? { kinds } : {}) }
  await awaitPrefetches([
    queryClient.prefetchInfiniteQuery(trpc.wallet.events.infiniteQueryOptions(filter, ledgerPaging)),
    queryClient.prefetchQuery(trpc.wallet.pending.queryOptions({ workspaceId })),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PageHeader
        title="Activity"
        description="Every deposit, withdrawal, settlement and approval of this wallet, with its transaction."
      />
      <ActivityList
        workspaceId={workspaceId}
        walletAddress={checksummed(workspace.walletAddress)}
        mode="full"
      />
    </Hydrate>
  )
}
