import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { personOf } from '@/app/person-of'
import { readMe, readPrefetcher } from '@/app/server-caller'
import { SignInCard } from '@/components/auth/sign-in-card'
import { MandateCard } from '@/components/mandates/mandate-card'
import { PageHeader } from '@/components/shell/page-header'
import { PlainFrame } from '@/components/shell/plain-frame'
import { mandateIdSchema } from '@/domain/mandate'

export const metadata = { title: 'A mandate' }

/** Signing in renders this page anew, so that one comes back to where one was. */
export default async function MandatePage({ params }: { params: Promise<{ id: string }> }) {
  const { id: mandateId } = await params
  const me = await readMe()
  const { queryClient, trpc } = await readPrefetcher()
  if (me && mandateIdSchema.safeParse(mandateId).success) {
    await awaitPrefetches([queryClient.prefetchQuery(trpc.mandates.get.queryOptions({ mandateId }))])
  }
  const person = me ? personOf(me) : null
  return (
    <PlainFrame person={person}>
      <div className="mx-auto w-full max-w-lg px-4 py-7 sm:py-12">
        <PageHeader
          title="A mandate"
          description={
            person
              ? 'An agent asks to pay by itself, within bounds. Read them before you sign.'
              : 'An agent asks to pay by itself, within bounds. Sign in to read them.'
          }
        />
        {person ? (
          <Hydrate queryClient={queryClient}>
            <MandateCard mandateId={mandateId} address={person.address} />
          </Hydrate>
        ) : (
          <SignInCard />
        )}
      </div>
    </PlainFrame>
  )
}
