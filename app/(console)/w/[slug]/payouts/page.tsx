import { createLoader, type SearchParams } from 'nuqs/server'
import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { readPrefetcher } from '@/app/server-caller'
import { PayoutWalletPanel } from '@/components/managed-wallet/payout-wallet-panel'
import { PayoutsPanel } from '@/components/payouts/payouts-panel'
import { filterOf, PAYOUTS_PAGE, payoutsPaging, payoutsParsers } from '@/components/payouts/payouts-params'
import { StopPayoutsButton } from '@/components/policies/stop-payouts-button'
import { PageHeader } from '@/components/shell/page-header'
import { readWorkspace } from '../read-workspace'

export const metadata = { title: 'Payouts' }

const readAddress = createLoader(payoutsParsers)

type PayoutsPageProps = { params: Promise<{ slug: string }>; searchParams: Promise<SearchParams> }

export default async function PayoutsPage({ params, searchParams }: PayoutsPageProps) {
  const { workspace } = await readWorkspace((await params).slug)
  const filter = filterOf(await readAddress(searchParams))
  const { queryClient, trpc } = await readPrefetcher()
  const workspaceId = workspace.id
  const input = { workspaceId, limit: PAYOUTS_PAGE, ...filter }
  await awaitPrefetches([
    queryClient.prefetchInfiniteQuery(trpc.payouts.list.infiniteQueryOptions(input, payoutsPaging)),
    queryClient.prefetchQuery(trpc.payouts.counts.queryOptions({ workspaceId })),
    queryClient.prefetchQuery(trpc.wallet.managed.queryOptions({ workspaceId })),
  ])
  return (
    <Hydrate queryClient={queryClient}>
      <PageHeader
        title="Payouts"
        description="USDC that agents ask for: approved by a mandate or by a person, paid exactly once."
        actions={<StopPayoutsButton />}
      />
      <div className="grid gap-5">
        <PayoutWalletPanel />
        <PayoutsPanel />
      </div>
    </Hydrate>
  )
}
