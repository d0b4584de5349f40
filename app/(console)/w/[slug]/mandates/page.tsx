import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { MANDATES_PAGE_ROWS, mandatesPaging } from '@/components/mandates/mandates-paging'
import { MandatesPanel } from '@/components/mandates/mandates-panel'
import { PageHeader } from '@/components/shell/page-header'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Mandates' }

export default async function MandatesPage({ params }: { params: Promise<{ slug: string }> }) {
  const { workspace } = await readWorkspace((await params).slug)
  const { queryClient, trpc } = await readPrefetcher()
  const list = { workspaceId: workspace.id, limit: MANDATES_PAGE_ROWS }
  await awaitPrefetches([
    queryClient.prefetchInfiniteQuery(trpc.mandates.list.infiniteQueryOptions(list, mandatesPaging)),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PageHeader title="Mandates" description="What agents may pay without asking each time." />
      <MandatesPanel />
    </Hydrate>
  )
}
