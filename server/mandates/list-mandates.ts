import type { StoredAddress } from '@/domain/address'
import { findLostAddress } from '@/domain/lost-address'
import { isMandateId, type MandateRowView, type MandateStatus, type MandateView } from '@/domain/mandate'
import { isPayableAmount } from '@/domain/payout'
import { type AgentCaller, assertLinked } from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { selectMandates } from './details-repository'
import { selectOwnMandates } from './mandate-repository'
import { buildMandateRowView, buildMandateView } from './mandate-view'

type Page = { cursor?: string | undefined; limit: number }
type OfAgent = Page & { agent: AgentCaller }

/** The agent's own, newest first. Throws `agent_not_linked`, `invalid_cursor`. */
export async function listOwnMandates({ agent, cursor, limit }: OfAgent) {
  const { agentId } = assertLinked(agent)
  const rows = await selectOwnMandates({ agentId, before: readCursor(cursor), take: limit + 1 })
  return pageOf(rows, limit)
}

/**
 * Those of the agent's own that a payout of `amount` (atomic units) to the address would be paid from now: none where the payout
 * itself would be refused. Throws as the list does.
 */
export async function listEligibleMandates({
  agent,
  cursor,
  limit,
  amount,
  toAddress,
}: OfAgent & { amount: bigint; toAddress: StoredAddress }) {
  const { agentId, workspaceId } = assertLinked(agent)
  const { NETWORK, MIN_PAYOUT_ATOMIC: minAmount, USDC_ADDRESS: usdc, SETTLEMENT_ADDRESS: settlement } = env()
  const isPayable =
    isPayableAmount(amount, { minAmount }) && findLostAddress(toAddress, { usdc, settlement }) === null
  const covers = { workspaceId, chainId: NETWORK.chainId, currency: 'USDC', toAddress, amount, isPayable }
  const rows = await selectOwnMandates({ agentId, before: readCursor(cursor), take: limit + 1, covers })
  return pageOf(rows, limit)
}

function readCursor(cursor: string | undefined): string | null {
  if (cursor !== undefined && !isMandateId(cursor)) throw unknownCursor()
  return cursor ?? null
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
    before: readCursor(cursor),
    take: limit + 1,
  })
  if (!rows) throw unknownCursor()
  const mandates = rows.slice(0, limit).map(buildMandateRowView)
  return { mandates, nextCursor: rows.length > limit ? (mandates.at(-1)?.mandateId ?? null) : null }
}

function unknownCursor(): AppError {
  return new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
}
