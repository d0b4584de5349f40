import type { AlarmKind } from '@/domain/instance'
import { pool } from '@/server/core/db'

export type AlarmRow = {
  id: string
  kind: string
  subject: string
  workspaceId: string | null
  severity: 'warning' | 'critical'
  message: string
  details: Record<string, unknown>
  firstSeenAt: Date
  lastSeenAt: Date
  resolvedAt: Date | null
  resolvedBy: string | null
}

const COLUMNS = `id, kind, subject, workspace_id as "workspaceId", severity, message, details,
  first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", resolved_at as "resolvedAt", resolved_by as "resolvedBy"`

type AlarmReport = {
  kind: AlarmKind
  subject: string
  severity: 'warning' | 'critical'
  message: string
  workspaceId?: string | null
  details?: Record<string, string | number | null>
}

/** Opens an alarm, or refreshes the open one of the same kind and subject, which may have become worse or better. */
export async function raiseAlarm(report: AlarmReport): Promise<void> {
  await pool().query(
    `insert into alarms (kind, subject, workspace_id, severity, message, details)
     values ($1, $2, $3, $4::alarm_severity, $5, $6)
     on conflict (kind, subject) where resolved_at is null
     do update set last_seen_at = now(), severity = excluded.severity, message = excluded.message, details = excluded.details`,
    [
      report.kind,
      report.subject,
      report.workspaceId ?? null,
      report.severity,
      report.message,
      JSON.stringify(report.details ?? {}),
    ],
  )
}

/** Resolves the open alarms of a kind whose subjects are found in order again. `by` names the check. */
export async function resolveAlarms({
  kind,
  subjects,
  by,
}: {
  kind: AlarmKind
  subjects: readonly string[]
  by: string
}): Promise<void> {
  await pool().query(
    `update alarms set resolved_at = now(), resolved_by = $3
      where kind = $1 and subject = any($2::text[]) and resolved_at is null`,
    [kind, subjects, by],
  )
}

/** Resolves the open alarms of a kind except those whose subjects a complete check has just found again. */
export async function resolveOtherAlarms({
  kind,
  except,
  by,
}: {
  kind: AlarmKind
  except: readonly string[]
  by: string
}): Promise<void> {
  await pool().query(
    `update alarms set resolved_at = now(), resolved_by = $3
      where kind = $1 and not subject = any($2::text[]) and resolved_at is null`,
    [kind, except, by],
  )
}

/** Resolves one open alarm with its audit row, in one statement. Null when there is no such open alarm. */
export async function resolveOpenAlarm({
  id,
  actor,
}: {
  id: string
  actor: string
}): Promise<AlarmRow | null> {
  const { rows } = await pool().query<AlarmRow>(
    `with resolved as (
       update alarms set resolved_at = now(), resolved_by = $2 where id = $1 and resolved_at is null returning *
     ), audited as (
       insert into audit_log (workspace_id, actor, action, target, details)
       select workspace_id, $2, 'alarm.resolve', id::text, jsonb_build_object('kind', kind, 'subject', subject)
         from resolved
     )
     select ${COLUMNS} from resolved`,
    [id, actor],
  )
  return rows[0] ?? null
}

export async function findAlarm(id: string): Promise<AlarmRow | null> {
  const { rows } = await pool().query<AlarmRow>(`select ${COLUMNS} from alarms where id = $1`, [id])
  return rows[0] ?? null
}

/** Open alarms first, then those resolved in the last week; newest first within each; at most 200. */
export async function selectAlarms({ workspaceId }: { workspaceId: string | null }): Promise<AlarmRow[]> {
  const { rows } = await pool().query<AlarmRow>(
    `select ${COLUMNS} from alarms
      where ($1::uuid is null or workspace_id = $1)
        and (resolved_at is null or resolved_at > now() - interval '7 days')
      order by resolved_at is not null, last_seen_at desc
      limit 200`,
    [workspaceId],
  )
  return rows
}
