import { notFound } from 'next/navigation'
import { InstanceStatus } from '@/components/instance/instance-status'
import { PageHeader } from '@/components/shell/page-header'
import { PlainFrame } from '@/components/shell/plain-frame'
import { awaitPrefetches } from '../await-prefetches'
import { Hydrate } from '../hydrate'
import { personOf } from '../person-of'
import { readMe, readPrefetcher } from '../server-caller'

export const metadata = { title: 'Instance' }

export default async function InstancePage() {
  const me = await readMe()
  if (!me?.isInstanceAdmin) notFound()
  const { queryClient, trpc } = await readPrefetcher()
  await awaitPrefetches([
    queryClient.prefetchQuery(trpc.instance.status.queryOptions()),
    queryClient.prefetchQuery(trpc.instance.unattributedDeposits.queryOptions()),
  ])
  return (
    <PlainFrame person={personOf(me)}>
      <div className="mx-auto w-full max-w-6xl px-4 py-7 sm:px-6">
        <PageHeader
          title="Instance"
          description="What keeps this console running. Only instance administrators see it."
        />
        <Hydrate queryClient={queryClient}>
          <InstanceStatus />
        </Hydrate>
      </div>
    </PlainFrame>
  )
}
