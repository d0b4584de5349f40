import type { AgentView } from '@/domain/agent'
import { AppError } from '@/server/core/app-error'
import { readAgents } from './agent-list-repository'
import { buildAgentView } from './agent-view'

type Asked = { workspaceId: string; cursor?: string | undefined; limit: number }

/** The agents of a workspace, newest first; `cursor` is the last id of the page before. Throws `invalid_cursor`. */
export async function listAgents({
  workspaceId,
  cursor,
  limit,
}: Asked): Promise<{ agents: AgentView[]; nextCursor: string | null }> {
  const before = cursor ?? null
  if (before !== null) {
    const [known] = await readAgents({ workspaceId, agentId: before, before: null, take: 1 })
    if (!known) throw new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
  }
  const rows = await readAgents({ workspaceId, agentId: null, before, take: limit + 1 })
  const page = rows.slice(0, limit)
  return {
    agents: page.map(buildAgentView),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}
