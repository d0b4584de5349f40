import { TRPCError } from '@trpc/server'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { PayoutPage } from '@/components/payouts/payout-page'
import { readWorkspace } from '../../read-workspace'

export const metadata = { title: 'Payout' }

export default async function PayoutDetailPage({
  params,
}: {
  params: Promise<{ slug: string; id: string }>
}) {
  const { slug, id } = await params
  const { workspace } = await readWorkspace(slug)
  if (!z.uuid().safeParse(id).success) notFound()
  const { queryClient, trpc } = await readPrefetcher()
  const options = trpc.payouts.get.queryOptions({ workspaceId: workspace.id, id })
  await awaitPrefetches([queryClient.prefetchQuery(options)])
  const { error } = queryClient.getQueryState(options.queryKey) ?? {}
  if (error instanceof TRPCError && error.code === 'NOT_FOUND') notFound()
  return (
    <Hydrate queryClient={queryClient}>
      <PayoutPage id={id} />
    </Hydrate>
  )
}
