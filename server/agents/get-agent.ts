import type { AgentDetailsView, AgentView } from '@/domain/agent'
import { AppError } from '@/server/core/app-error'
import { readAgents, readMonthlySpend, readSpendByReference } from './agent-list-repository'
import { buildAgentView } from './agent-view'

const SHOWN_MONTHS = 12

type Asked = { agentId: string; workspaceId: string }

/** One agent of a workspace. Throws `not_found`. */
export async function getAgent({ agentId, workspaceId }: Asked): Promise<AgentView> {
  const [row] = await readAgents({ agentId, workspaceId, before: null, take: 1 })
  if (!row) throw new AppError('not_found', 'There is no such agent.')
  return buildAgentView(row)
}

/** The same with what it spent, by month and by reference. Throws `not_found`. */
export async function getAgentDetails(asked: Asked): Promise<AgentDetailsView> {
  const agent = await getAgent(asked)
  const [months, references] = await Promise.all([
    readMonthlySpend(asked.agentId),
    readSpendByReference(asked.agentId),
  ])
  return {
    ...agent,
    spentTotal: months.reduce((total, { spent }) => total + spent, 0n).toString(),
    months: months.slice(0, SHOWN_MONTHS).map(({ month, spent }) => ({ month, spent: spent.toString() })),
    references: references.map(({ reference, spent, charges }) => ({
      reference,
      spent: spent.toString(),
      charges: Number(charges),
    })),
  }
}
