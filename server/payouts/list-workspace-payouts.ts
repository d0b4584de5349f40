import type { PayoutCounts, PayoutFilter, PayoutRowView } from '@/domain/payout-console'
import { AppError } from '@/server/core/app-error'
import { countGroups, findPosition, selectPage } from './console-repository'
import { buildRowView } from './console-view'

/** A page of a workspace's payouts, newest first; `cursor` is the last id of the page before. Throws `invalid_cursor`. */
export async function listWorkspacePayouts({
  workspaceId,
  filter,
  cursor,
  limit,
}: {
  workspaceId: string
  filter: PayoutFilter
  cursor?: string | undefined
  limit: number
}): Promise<{ payouts: PayoutRowView[]; nextCursor: string | null }> {
  const before = cursor === undefined ? null : await findPosition({ workspaceId, id: cursor })
  if (cursor !== undefined && !before) {
    throw new AppError(
      'invalid_cursor',
      'The cursor is not a payout of this workspace. Start again without it.',
      {
        param: 'cursor',
      },
    )
  }
  const rows = await selectPage({ workspaceId, filter, before, limit: limit + 1 })
  const page = rows.slice(0, limit)
  return {
    payouts: page.map(buildRowView),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** How many payouts stand where, each counted up to a thousand. */
export function countWorkspacePayouts({ workspaceId }: { workspaceId: string }): Promise<PayoutCounts> {
  return countGroups({ workspaceId })
}
