import { createLoader, type SearchParams } from 'nuqs/server'
import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { Webhooks } from '@/components/webhooks/webhooks'
import {
  DELIVERIES_PAGE,
  deliveriesFilterOf,
  deliveriesPaging,
  webhooksParams,
} from '@/components/webhooks/webhooks-params'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Webhooks' }

const readParams = createLoader(webhooksParams)

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<SearchParams> }

export default async function WebhooksPage({ params, searchParams }: Props) {
  const { workspace } = await readWorkspace((await params).slug)
  const { queryClient, trpc } = await readPrefetcher()
  const workspaceId = workspace.id
  const page = { workspaceId, limit: DELIVERIES_PAGE, ...deliveriesFilterOf(await readParams(searchParams)) }
  await awaitPrefetches([
    queryClient.prefetchQuery(trpc.webhooks.list.queryOptions({ workspaceId })),
    queryClient.prefetchQuery(trpc.webhooks.defaultSecret.get.queryOptions({ workspaceId })),
    queryClient.prefetchInfiniteQuery(trpc.webhooks.deliveries.infiniteQueryOptions(page, deliveriesPaging)),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <Webhooks />
    </Hydrate>
  )
}
