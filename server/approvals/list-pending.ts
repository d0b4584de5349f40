import type { StoredAddress } from '@/domain/address'
import type { PendingApprovals } from '@/domain/approval'
import { AppError } from '@/server/core/app-error'
import { countPending, selectPending } from './approval-repository'
import { buildPendingView } from './approval-view'

type OfWorkspace = { workspaceId: string; person: StoredAddress }

/** What waits in a workspace, the most urgent first; with `isForMe` only what the person can still decide, with `agentId` only what that agent asks for. Throws `invalid_cursor`. */
export async function listPending({
  workspaceId,
  person,
  cursor,
  limit,
  isForMe,
  agentId,
}: OfWorkspace & {
  cursor?: string | undefined
  limit: number
  isForMe: boolean
  agentId?: string | undefined
}): Promise<PendingApprovals> {
  const rows = await selectPending({
    workspaceId,
    person,
    cursor: cursor ?? null,
    limit: limit + 1,
    isForMe,
    agentId: agentId ?? null,
  })
  if (!rows) throw new AppError('invalid_cursor', undefined, { param: 'cursor' })
  const page = rows.slice(0, limit)
  return {
    items: page.map((row) => buildPendingView(row, person)),
    nextCursor: rows.length > limit ? (page.at(-1)?.approvalId ?? null) : null,
  }
}

/** How many payouts wait in a workspace, and how many of them for this person. */
export function countPendingApprovals(of: OfWorkspace): Promise<{ count: number; forMe: number }> {
  return countPending(of)
}
