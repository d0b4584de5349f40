import type pg from 'pg'
import { pool, prisma } from '@/server/core/db'

type AuditInsert = {
  workspaceId: string | null
  actor: string
  action: string
  target: string | null
  details: Record<string, unknown>
  requestId: string | null
}

export async function insertAudit(client: pg.PoolClient | pg.Pool, entry: AuditInsert): Promise<void> {
  await client.query(
    'insert into audit_log (workspace_id, actor, action, target, details, request_id) values ($1, $2, $3, $4, $5, $6)',
    [
      entry.workspaceId,
      entry.actor,
      entry.action,
      entry.target,
      JSON.stringify(entry.details),
      entry.requestId,
    ],
  )
}

/** Whether the entry is one of this workspace, so that a foreign cursor is an unknown one. */
export async function isAuditEntry({
  workspaceId,
  id,
}: {
  workspaceId: string
  id: bigint
}): Promise<boolean> {
  const { rowCount } = await pool().query('select 1 from audit_log where workspace_id = $1 and id = $2', [
    workspaceId,
    id,
  ])
  return rowCount === 1
}

export function readAuditPage({
  workspaceId,
  before,
  take,
}: {
  workspaceId: string
  before: bigint | null
  take: number
}) {
  return prisma().auditEntry.findMany({
    where: { workspaceId, ...(before === null ? {} : { id: { lt: before } }) },
    orderBy: { id: 'desc' },
    take,
  })
}
