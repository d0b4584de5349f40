import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { PricedApis } from '@/components/priced-apis/priced-apis'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Priced APIs' }

export default async function PricedApisPage({ params }: { params: Promise<{ slug: string }> }) {
  const { workspace } = await readWorkspace((await params).slug)
  const { queryClient, trpc } = await readPrefetcher()
  const workspaceId = workspace.id
  await awaitPrefetches([
    queryClient.prefetchQuery(trpc.pricedApis.list.queryOptions({ workspaceId })),
    queryClient.prefetchQuery(trpc.pricedApis.revenue.queryOptions({ workspaceId })),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PricedApis />
    </Hydrate>
  )
}
