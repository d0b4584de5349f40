import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { personOf } from '@/app/person-of'
import { readMe, readPrefetcher } from '@/app/server-caller'
import { ApprovalScreen } from '@/components/approvals/approval-screen'
import { SignInCard } from '@/components/auth/sign-in-card'
import { PlainFrame } from '@/components/shell/plain-frame'
import { approvalIdSchema } from '@/domain/approval'

export const metadata = { title: 'Approve a payout' }

/** Where a link from an agent leads. Signing in renders this page anew, so that one comes back to where one was. */
export default async function AuthorizePayoutPage({ params }: { params: Promise<{ id: string }> }) {
  const { id: approvalId } = await params
  const me = await readMe()
  const { queryClient, trpc } = await readPrefetcher()
  if (me && approvalIdSchema.safeParse(approvalId).success) {
    await awaitPrefetches([queryClient.prefetchQuery(trpc.payouts.toApprove.queryOptions({ approvalId }))])
  }
  return (
    <PlainFrame person={me ? personOf(me) : null}>
      <div className="mx-auto w-full max-w-lg px-4 py-5 sm:py-10">
        {me ? (
          <Hydrate queryClient={queryClient}>
            <ApprovalScreen approvalId={approvalId} person={personOf(me)} />
          </Hydrate>
        ) : (
          <>
            <header className="mb-5 grid gap-1">
              <h1 className="text-xl font-semibold tracking-tight">A payout waits for a decision</h1>
              <p className="text-ink-muted">Sign in to see what is asked. You come back to this page.</p>
            </header>
            <SignInCard />
          </>
        )}
      </div>
    </PlainFrame>
  )
}
