import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { SettingsTabs } from '@/components/settings/settings-tabs'
import { PageHeader } from '@/components/shell/page-header'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Settings' }

export default async function SettingsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params
  const { workspace } = await readWorkspace(slug)
  const { queryClient, trpc } = await readPrefetcher()
  await awaitPrefetches([
    queryClient.prefetchQuery(trpc.workspaces.bySlug.queryOptions({ slug })),
    queryClient.prefetchQuery(trpc.workspaces.members.queryOptions({ workspaceId: workspace.id })),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PageHeader title="Settings" />
      <SettingsTabs />
    </Hydrate>
  )
}
