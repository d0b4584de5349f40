import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { AGENTS_PAGE_ROWS, agentsPaging } from '@/components/agents/agents-paging'
import { AgentsPanel } from '@/components/agents/agents-panel'
import { PageHeader } from '@/components/shell/page-header'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Agents' }

export default async function AgentsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { workspace } = await readWorkspace((await params).slug)
  const { queryClient, trpc } = await readPrefetcher()
  const list = { workspaceId: workspace.id, limit: AGENTS_PAGE_ROWS }
  await awaitPrefetches([
    queryClient.prefetchInfiniteQuery(trpc.agents.list.infiniteQueryOptions(list, agentsPaging)),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PageHeader
        title="Agents"
        description="The machines that spend for this workspace, and what each may."
      />
      <AgentsPanel />
    </Hydrate>
  )
}
