import type pg from 'pg'
import { inTransaction } from '@/server/core/db'

export type BookFaultCode =
  | 'mandate_sums'
  | 'mandate_over_limit'
  | 'month_too_low'
  | 'month_of_ended'
  | 'timeline'
  | 'timeline_end'
  | 'approval'
  | 'approval_votes'
  | 'mandate_signatures'
  | 'outbox'
  | 'biz_shared'
  | 'signature_missing'

export type BookFault = {
  code: BookFaultCode
  /** `mandate:<id>`, `payout:<row id>` or `agent:<id>:<month>`. */
  subject: string
  workspaceId: string | null
  details: Record<string, string | number | null>
}

export type Scope = {
  /** One workspace alone; null for all. */
  workspaceId: string | null
  /** Every payout there ever was; otherwise those of the last hour and all that have not ended. */
  isFull: boolean
}

const IS_OPEN = `(p.status not in ('confirmed', 'failed') or (p.status = 'failed' and p.failure_reason like 'tx_confirmation_timeout%'))`

// What ended for good earlier was looked at while it was open; the full check of the day sees it again.
const IN_SCOPE = `($1::uuid is null or p.workspace_id = $1) and ($2 or p.created_at > now() - interval '1 hour'
  or p.status in ('pending_authorization', 'authorized', 'signing', 'signed', 'broadcasting', 'succeeded')
  or (p.status = 'confirmed' and p.finalized_at is null) or (p.status = 'failed' and p.failure_reason like 'tx_confirmation_timeout%'))`

const MANDATES = `
  select case when m.spent_amount + m.pending_spent_amount > m.limit_amount then 'mandate_over_limit' else 'mandate_sums' end as code,
      'mandate:' || m.id as subject, m.workspace_id,
      jsonb_build_object('limit', m.limit_amount::text, 'spent', m.spent_amount::text, 'spentByPayouts', coalesce(s.spent, 0)::text,
        'pending', m.pending_spent_amount::text, 'pendingByPayouts', coalesce(s.pending, 0)::text) as details
    from mandates m left join (
      select p.mandate_id, sum(p.amount) filter (where p.status = 'confirmed') as spent, sum(p.amount) filter (where ${IS_OPEN}) as pending
        from payouts p where p.uses_budget and ($1::uuid is null or p.workspace_id = $1) group by 1) s on s.mandate_id = m.id
    where ($1::uuid is null or m.workspace_id = $1) and (m.spent_amount <> coalesce(s.spent, 0)
      or m.pending_spent_amount <> coalesce(s.pending, 0) or m.spent_amount + m.pending_spent_amount > m.limit_amount)`

// Charges and settlements count in the same month, so that payouts alone bound it from below.
const MONTHS = `
  select 'month_too_low' as code, 'agent:' || c.agent_id || ':' || c.month as subject, c.workspace_id,
      jsonb_build_object('counted', coalesce(s.spent, 0)::text, 'payouts', c.amount::text) as details
    from (select p.agent_id, p.workspace_id, p.counted_month as month, sum(p.amount) as amount from payouts p
      where p.counted_month >= date_trunc('month', now() at time zone 'UTC')::date - interval '1 month' and p.agent_id is not null
        and ($1::uuid is null or p.workspace_id = $1) group by 1, 2, 3) c
    left join agent_monthly_spend s on s.agent_id = c.agent_id and s.month = c.month
    where coalesce(s.spent, 0) < c.amount`

const COUNTED = `
  select 'month_of_ended' as code, 'payout:' || p.id as subject, p.workspace_id,
      jsonb_build_object('status', p.status, 'reason', p.failure_reason, 'month', p.counted_month) as details
    from payouts p where ${IN_SCOPE} and p.kind = 'payout' and (p.counted_month is null) <> (p.status = 'failed' and not ${IS_OPEN})`

const TIMELINES = `
  select distinct on (s.payout_row_id) 'timeline' as code, 'payout:' || s.payout_row_id as subject, s.workspace_id,
      jsonb_build_object('version', s.state_version, 'versionBefore', s.before_version, 'from', s.from_status, 'fromByTimeline', s.before_status,
        'to', s.to_status, 'reason', s.reason) as details
    from (select t.*, p.workspace_id, p.kind, lag(t.to_status) over w as before_status, lag(t.reason) over w as before_reason,
        lag(t.state_version) over w as before_version
      from payout_transitions t join payouts p on p.id = t.payout_row_id where ${IN_SCOPE}
      window w as (partition by t.payout_row_id order by t.state_version)) s
    where s.state_version <> coalesce(s.before_version, 0) + 1 or s.from_status is distinct from s.before_status
      or not case when s.before_status is null then s.to_status in ('pending_authorization', 'authorized')
        else payout_edge_allowed(s.before_status, s.before_reason, s.to_status, s.reason) end`

const TIMELINE_ENDS = `
  select 'timeline_end' as code, 'payout:' || p.id as subject, p.workspace_id,
      jsonb_build_object('status', p.status, 'reason', p.failure_reason, 'version', p.state_version, 'lastStatus', t.to_status,
        'lastReason', t.reason, 'lastVersion', t.state_version) as details
    from payouts p left join lateral (
      select * from payout_transitions t where t.payout_row_id = p.id order by t.state_version desc limit 1) t on true
    where ${IN_SCOPE} and (p.state_version, p.status, p.failure_reason) is distinct from (t.state_version, t.to_status, t.reason)`

const APPROVALS = `
  select 'approval' as code, 'payout:' || p.id as subject, p.workspace_id,
      jsonb_build_object('status', p.status, 'reason', p.failure_reason, 'approval', a.status, 'isByMandate', a.is_by_mandate) as details
    from payouts p left join approvals a on a.payout_row_id = p.id
    where ${IN_SCOPE} and p.kind = 'payout' and (a.id is null or a.is_by_mandate <> p.uses_budget
      or (a.status = 'pending') <> (p.status = 'pending_authorization')
      or (p.status not in ('pending_authorization', 'failed') and a.status <> 'approved')
      or (a.status = 'denied' and coalesce(p.failure_reason, '') not like 'user_denied%'))`

// Only votes with what their person signed count. Votes stay as they were when it was decided.
const APPROVAL_VOTES = `
  select 'approval_votes' as code, 'payout:' || p.id as subject, p.workspace_id,
      jsonb_build_object('status', p.status, 'required', a.required_approvals, 'signed', s.votes) as details
    from payouts p join approvals a on a.payout_row_id = p.id cross join lateral (
      select count(*) as votes from approval_votes v
        join signed_evidence e on e.id = v.evidence_id and e.kind = 'payout_approval' and e.signer = v.address
        where v.approval_id = a.id and v.is_approved) s
    where ${IN_SCOPE} and p.kind = 'payout' and a.status = 'approved' and not a.is_by_mandate and s.votes < a.required_approvals`

const MANDATE_SIGNATURES = `
  select 'mandate_signatures' as code, 'mandate:' || m.id as subject, m.workspace_id,
      jsonb_build_object('status', m.status, 'required', m.required_signatures, 'signed', s.signers) as details
    from mandates m cross join lateral (
      select count(distinct e.signer) as signers from signed_evidence e
        where e.kind = 'mandate' and e.reference = m.id and e.workspace_id = m.workspace_id) s
    where ($1::uuid is null or m.workspace_id = $1) and (m.status = 'signed' or m.signed_at is not null)
      and s.signers < m.required_signatures`

const OUTBOX = `
  select 'outbox' as code, 'payout:' || p.id as subject, p.workspace_id,
      jsonb_build_object('version', p.state_version, 'events', e.count, 'versions', e.versions) as details
    from payouts p cross join lateral (
      select count(*) as count, count(distinct (e.body::jsonb #>> '{data,stateVersion}')) filter (
          where (e.body::jsonb #>> '{data,stateVersion}')::integer between 1 and p.state_version) as versions
        from webhook_events e where e.payout_row_id = p.id and e.type like 'payout.%') e
    where ($1::uuid is null or p.workspace_id = $1) and p.created_at > now() - interval '1 hour' and p.kind = 'payout'
      and (e.count <> p.state_version or e.versions <> p.state_version)`

const BUSINESS_IDS = `
  select 'biz_shared' as code, 'payout:' || min(p.id::text) as subject, p.workspace_id,
      jsonb_build_object('bizId', p.biz_id, 'payouts', count(*)) as details
    from payouts p where ($1::uuid is null or p.workspace_id = $1) and p.biz_id is not null and p.deleted_at is null
      and (p.status <> 'failed' or p.failure_reason like 'tx_confirmation_timeout%')
      and ($2 or p.created_at > now() - interval '1 hour') group by p.workspace_id, p.biz_id having count(*) > 1`

const SIGNATURES = `
  select 'signature_missing' as code, 'payout:' || p.id as subject, p.workspace_id, jsonb_build_object('status', p.status) as details
    from payouts p where ${IN_SCOPE} and p.status in ('signed', 'broadcasting', 'succeeded', 'confirmed')
      and (p.nonce is null or p.signature is null or p.valid_before is null)`

const CHECKS = [
  MANDATES,
  MONTHS,
  COUNTED,
  TIMELINES,
  TIMELINE_ENDS,
  APPROVALS,
  APPROVAL_VOTES,
  MANDATE_SIGNATURES,
  OUTBOX,
  BUSINESS_IDS,
  SIGNATURES,
]

type Row = {
  code: BookFaultCode
  subject: string
  workspace_id: string | null
  details: BookFault['details']
}

/** Everything in the books of mandates and payouts that contradicts itself, read inside the caller's transaction. At most 50 of each kind. */
export async function readBookFaults(
  client: pg.ClientBase | pg.Pool,
  { workspaceId, isFull }: Scope,
): Promise<BookFault[]> {
  const faults: BookFault[] = []
  for (const check of CHECKS) {
    const { rows } = await client.query<Row>(
      `select * from (${check}) faults where $2::boolean is not null limit 50`,
      [workspaceId, isFull],
    )
    for (const { code, subject, workspace_id, details } of rows)
      faults.push({ code, subject, workspaceId: workspace_id, details })
  }
  return faults
}

/** The same in one snapshot of its own, so that what moves meanwhile contradicts nothing. */
export function readBooks(scope: Scope): Promise<BookFault[]> {
  return inSnapshot((client) => readBookFaults(client, scope))
}

/** Runs reads that must all see the same state. */
export function inSnapshot<T>(read: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(async (client) => {
    await client.query('set transaction isolation level repeatable read, read only')
    return read(client)
  })
}
