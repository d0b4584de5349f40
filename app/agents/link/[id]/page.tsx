import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { personOf } from '@/app/person-of'
import { readMe, readPrefetcher } from '@/app/server-caller'
import { LinkAgentCard } from '@/components/agents/link-agent-card'
import { SignInCard } from '@/components/auth/sign-in-card'
import { PageHeader } from '@/components/shell/page-header'
import { PlainFrame } from '@/components/shell/plain-frame'
import { agentIdSchema } from '@/domain/agent'
import { mandateIdSchema } from '@/domain/mandate'

export const metadata = { title: 'Link an agent' }

type LinkAgentPageProps = {
  params: Promise<{ id: string }>
  /** `mandate`: what the agent asked for; the page goes on to it. */
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** Signing in renders this page anew, so that one comes back to where one was. */
export default async function LinkAgentPage({ params, searchParams }: LinkAgentPageProps) {
  const { id: agentId } = await params
  const waiting = mandateIdSchema.safeParse((await searchParams).mandate)
  const me = await readMe()
  const { queryClient, trpc } = await readPrefetcher()
  if (me && agentIdSchema.safeParse(agentId).success) {
    await awaitPrefetches([queryClient.prefetchQuery(trpc.agents.toLink.queryOptions({ agentId }))])
  }
  return (
    <PlainFrame person={me ? personOf(me) : null}>
      <div className="mx-auto w-full max-w-lg px-4 py-7 sm:py-12">
        <PageHeader
          title="Link an agent"
          description={
            me
              ? 'An agent asks to spend for a workspace of yours. Compare its code before you link it.'
              : 'An agent asks to spend for a workspace of yours. Sign in to see which one.'
          }
        />
        {me ? (
          <Hydrate queryClient={queryClient}>
            <LinkAgentCard
              agentId={agentId}
              workspaces={me.workspaces}
              mandateId={waiting.success ? waiting.data : null}
            />
          </Hydrate>
        ) : (
          <SignInCard />
        )}
      </div>
    </PlainFrame>
  )
}
