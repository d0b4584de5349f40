import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { SettingsTabs } from '@/components/settings/settings-tabs'
import { PageHeader } from '@/components/shell/page-header'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Settings' }

type SettingsPageProps = {
  params: Promise<{ slug: string }>
  searchParams: Promise<{ tab?: string | string[] }>
}

export default async function SettingsPage({ params, searchParams }: SettingsPageProps) {
  const { slug } = await params
  const { tab } = await searchParams
  const { workspace } = await readWorkspace(slug)
  const { queryClient, trpc } = await readPrefetcher()
  const workspaceId = workspace.id
  await awaitPrefetches([
    queryClient.prefetchQuery(trpc.workspaces.bySlug.queryOptions({ slug })),
    queryClient.prefetchQuery(trpc.workspaces.members.queryOptions({ workspaceId })),
    ...(tab === 'address-book'
      ? [queryClient.prefetchQuery(trpc.addressBook.list.queryOptions({ workspaceId }))]
      : []),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PageHeader title="Settings" />
      <SettingsTabs />
    </Hydrate>
  )
}
