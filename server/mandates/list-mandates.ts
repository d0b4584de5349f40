import type { StoredAddress } from '@/domain/address'
import type { MandateRowView, MandateStatus, MandateView } from '@/domain/mandate'
import { type AgentCaller, assertLinked } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { selectMandates } from './details-repository'
import { selectOwnMandates } from './mandate-repository'
import { buildMandateRowView, buildMandateView } from './mandate-view'

type Page = { cursor?: string | undefined; limit: number }
type OfAgent = Page & { agent: AgentCaller }

/** The agent's own, newest first. Throws `agent_not_linked`, `invalid_cursor`. */
export async function listOwnMandates({ agent, cursor, limit }: OfAgent) {
  const { agentId } = assertLinked(agent)
  const rows = await selectOwnMandates({ agentId, before: cursor ?? null, take: limit + 1 })
  return pageOf(rows, limit)
}

/** Those of the agent's own that would pay `amount` (atomic units) to the address now. Throws as the list does. */
export async function listEligibleMandates({
  agent,
  cursor,
  limit,
  amount,
  toAddress,
}: OfAgent & { amount: bigint; toAddress: StoredAddress }) {
  const { agentId, workspaceId } = assertLinked(agent)
  const covers = { workspaceId, currency: 'USDC', toAddress, amount }
  const rows = await selectOwnMandates({ agentId, before: cursor ?? null, take: limit + 1, covers })
  return pageOf(rows, limit)
}

function pageOf(rows: MandateView[] | null, limit: number) {
  if (!rows) throw unknownCursor()
  const mandates = rows.slice(0, limit).map(buildMandateView)
  const hasMore = rows.length > limit
  const nextCursor = hasMore ? (mandates.at(-1)?.mandateId ?? null) : null
  return { status: 'ok' as const, mandates, hasMore, nextCursor }
}

type OfWorkspace = Page & {
  workspaceId: string
  agentId?: string | undefined
  status?: MandateStatus | undefined
}

/** The mandates of a workspace, newest first; `cursor` is the last id of the page before. Throws `invalid_cursor`. */
export async function listMandates({
  workspaceId,
  agentId,
  status,
  cursor,
  limit,
}: OfWorkspace): Promise<{ mandates: MandateRowView[]; nextCursor: string | null }> {
  const rows = await selectMandates({
    workspaceId,
    agentId: agentId ?? null,
    status: status ?? null,
    before: cursor ?? null,
    take: limit + 1,
  })
  if (!rows) throw unknownCursor()
  const mandates = rows.slice(0, limit).map(buildMandateRowView)
  return { mandates, nextCursor: rows.length > limit ? (mandates.at(-1)?.mandateId ?? null) : null }
}

function unknownCursor(): AppError {
  return new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
}
