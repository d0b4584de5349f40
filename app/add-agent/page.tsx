import { notFound, redirect } from 'next/navigation'
import { createLoader, parseAsString, type SearchParams } from 'nuqs/server'
import { agentIdSchema } from '@/domain/agent'

const readAgentId = createLoader({ agentId: parseAsString })

/** The documented address of the link page. The name in it is the caller's word; the page shows the registered one. */
export default async function AddAgentPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { data: agentId } = agentIdSchema.safeParse((await readAgentId(searchParams)).agentId)
  if (!agentId) notFound()
  redirect(`/agents/link/${agentId}`)
}
