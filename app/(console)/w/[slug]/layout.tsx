import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { personOf } from '@/app/person-of'
import { readPrefetcher } from '@/app/server-caller'
import { ConsoleFrame } from '@/components/shell/console-frame'
import { checksummed } from '@/domain/address'
import { readWorkspace } from './read-workspace'

type WorkspaceParams = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: WorkspaceParams): Promise<Metadata> {
  const { workspace } = await readWorkspace((await params).slug)
  return { title: { default: workspace.name, template: `%s · ${workspace.name} · Bursar` } }
}

export default async function WorkspaceLayout({
  params,
  children,
}: WorkspaceParams & { children: ReactNode }) {
  const { me, workspace } = await readWorkspace((await params).slug)
  const { queryClient, trpc } = await readPrefetcher()
  await awaitPrefetches([
    queryClient.prefetchQuery(trpc.workspaces.list.queryOptions()),
    queryClient.prefetchQuery(trpc.workspaces.myInvites.queryOptions()),
    queryClient.prefetchQuery(trpc.policies.get.queryOptions({ workspaceId: workspace.id })),
    queryClient.prefetchQuery(trpc.approvals.count.queryOptions({ workspaceId: workspace.id })),
  ])
  const { id, slug, name, walletAddress, role } = workspace
  return (
    <Hydrate queryClient={queryClient}>
      <ConsoleFrame
        workspace={{ id, slug, name, role, walletAddress: checksummed(walletAddress) }}
        person={personOf(me)}
      >
        {children}
      </ConsoleFrame>
    </Hydrate>
  )
}
