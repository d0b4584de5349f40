import { checksummed, parseAddress } from '@/domain/address'
import type { AuditEntryView } from '@/domain/audit'
import { AppError } from '@/server/core/app-error'
import { isAuditEntry, readAuditPage } from './audit-repository'

type Asked = { workspaceId: string; cursor?: string | undefined; limit: number }

/** The acts in a workspace, newest first; `cursor` is the last id of the page before. Throws `invalid_cursor`. */
export async function listAudit({
  workspaceId,
  cursor,
  limit,
}: Asked): Promise<{ entries: AuditEntryView[]; nextCursor: string | null }> {
  const before = cursor === undefined ? null : BigInt(cursor)
  if (before !== null && !(await isAuditEntry({ workspaceId, id: before }))) {
    throw new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
  }
  const rows = await readAuditPage({ workspaceId, before, take: limit + 1 })
  const page = rows.slice(0, limit)
  return {
    entries: page.map((row) => ({
      id: row.id.toString(),
      actor: shown(row.actor),
      action: row.action,
      target: row.target === null ? null : shown(row.target),
      details: row.details as Record<string, unknown>,
      requestId: row.requestId,
      createdAt: row.createdAt.toISOString(),
    })),
    nextCursor: rows.length > limit ? (page.at(-1)?.id.toString() ?? null) : null,
  }
}

function shown(text: string): string {
  const address = parseAddress(text)
  return address ? checksummed(address) : text
}
