import type { AlarmKind } from '@/domain/instance'
import { pool } from '@/server/core/db'
import { resolveAlarms } from '@/server/instance'

const KINDS = ['payout_waits', 'payout_reorganised'] as const satisfies readonly AlarmKind[]

// The worker renews an alarm with each look at its payout, at least once a minute: what it has raised just now is its own.
const ENDED = `
  select a.subject from alarms a join payouts p on p.id = case when a.subject ~ '^[0-9a-f-]{36}$' then a.subject::uuid end
    where a.kind = $1 and a.resolved_at is null and a.last_seen_at < now() - interval '2 minutes'
      and (p.finalized_at is not null or (p.status = 'failed' and p.failure_reason not like 'tx_confirmation_timeout%')
        or (a.kind = 'payout_waits' and p.waiting_for is null
          and (p.status = 'confirmed' or coalesce(p.signing_at > now() - interval '5 minutes', true))))`

/**
 * Closes alarms about payouts that ended or go on without the worker having said so: cancelled, revoked, stopped or expired ones
 * fall due no more, and a worker may die between a payout's move and its report.
 */
export async function resolveEndedAlarms(): Promise<void> {
  for (const kind of KINDS) {
    const { rows } = await pool().query<{ subject: string }>(ENDED, [kind])
    const subjects = rows.map(({ subject }) => subject)
    if (subjects.length > 0) await resolveAlarms({ kind, subjects, by: 'payout check' })
  }
}
