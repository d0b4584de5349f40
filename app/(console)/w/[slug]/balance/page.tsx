import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { BalanceView } from '@/components/balance/balance-view'
import { PageHeader } from '@/components/shell/page-header'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Balance' }

export default async function BalancePage({ params }: { params: Promise<{ slug: string }> }) {
  const { workspace } = await readWorkspace((await params).slug)
  const { queryClient, trpc } = await readPrefetcher()
  await awaitPrefetches([
    queryClient.prefetchQuery(trpc.balance.list.queryOptions({ workspaceId: workspace.id })),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PageHeader
        title="Balance"
        description="What each agent has prepaid, what it spends it on, and every entry behind it."
      />
      <BalanceView />
    </Hydrate>
  )
}
