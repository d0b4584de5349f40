import { awaitPrefetches } from '@/app/await-prefetches'
import { Hydrate } from '@/app/hydrate'
import { personOf } from '@/app/person-of'
import { readMe, readPrefetcher } from '@/app/server-caller'
import { LinkAgentCard } from '@/components/agents/link-agent-card'
import { SignInCard } from '@/components/auth/sign-in-card'
import { PageHeader } from '@/components/shell/page-header'
import { PlainFrame } from '@/components/shell/plain-frame'
import { agentIdSchema } from '@/domain/agent'

export const metadata = { title: 'Link an agent' }

/** Signing in renders this page anew, so that one comes back to where one was. */
export default async function LinkAgentPage({ params }: { params: Promise<{ id: string }> }) {
  const { id: agentId } = await params
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
            <LinkAgentCard agentId={agentId} workspaces={me.workspaces} />
          </Hydrate>
        ) : (
          <SignInCard />
        )}
      </div>
    </PlainFrame>
  )
}
