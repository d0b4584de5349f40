import type { WithdrawalView } from '@/domain/withdrawal'
import { AppError } from '@/server/core/app-error'
import { selectWithdrawals } from './withdrawal-repository'
import { buildWithdrawalView } from './withdrawal-view'

type Asked = {
  workspaceId: string
  agentId?: string | undefined
  kind?: WithdrawalView['kind'] | undefined
  cursor?: string | undefined
  limit: number
}

/** What a workspace has sent out or is sending, newest first; `cursor` is the last id of the page before. Throws `invalid_cursor`. */
export async function listWithdrawals({
  workspaceId,
  agentId,
  kind,
  cursor,
  limit,
}: Asked): Promise<{ withdrawals: WithdrawalView[]; nextCursor: string | null }> {
  const rows = await selectWithdrawals({
    workspaceId,
    agentId: agentId ?? null,
    kind: kind ?? null,
    cursor: cursor ?? null,
    limit: limit + 1,
  })
  if (!rows) throw new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
  const page = rows.slice(0, limit)
  return {
    withdrawals: page.map(buildWithdrawalView),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}
