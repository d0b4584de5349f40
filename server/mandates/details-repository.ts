import type { MandateDetailsView, MandateRowView, MandateStatus } from '@/domain/mandate'
import { pool } from '@/server/core/db'

// Everything that a row of the page shows beside what the agent sees, in one JSON document.
const ROW = `mandate_json(m) || jsonb_build_object(
  'agentName', (select a.name from agents a where a.id = m.agent_id),
  'periodSpent', case when m.period_seconds is not null then mandate_period_spent(m)::text end,
  'linkExpiresAt', iso_time(m.link_expires_at),
  'requiredSignatures', case when m.status = 'pending_signature' then mandate_required_signatures(m.workspace_id, m.limit_amount)
    else m.required_signatures end,
  'signatureCount', case when m.status = 'pending_signature' then mandate_signature_count(m.id) else m.signature_count end,
  'areTermsFixed', m.signature_count > 0,
  'createdBy', m.created_by,
  'revokedAt', iso_time(m.revoked_at),
  'revokedBy', m.revoked_by)`

type Page = {
  workspaceId: string
  agentId: string | null
  status: MandateStatus | null
  before: string | null
  take: number
}

/** The mandates of a workspace, newest first after the mandate `before`. Null when that one is not of the workspace. */
export async function selectMandates({
  workspaceId,
  agentId,
  status,
  before,
  take,
}: Page): Promise<MandateRowView[] | null> {
  if (before !== null) {
    const { rowCount } = await pool().query('select 1 from mandates where id = $1 and workspace_id = $2', [
      before,
      workspaceId,
    ])
    if (rowCount === 0) return null
  }
  const { rows } = await pool().query<{ mandate: MandateRowView }>(
    `select ${ROW} as mandate from mandates m
      where m.workspace_id = $1 and ($2::text is null or m.agent_id = $2) and ($3::mandate_status is null or mandate_state(m) = $3)
        and ($4::text is null or (m.created_at, m.id) < (select c.created_at, c.id from mandates c where c.id = $4))
      order by m.created_at desc, m.id desc limit $5`,
    [workspaceId, agentId, status, before, take],
  )
  return rows.map(({ mandate }) => mandate)
}

type MandateDetailsRow = Omit<MandateDetailsView, 'recipients'>

/** One mandate with who signed it, its newest payouts and what was done with it. */
export async function findDetails({
  mandateId,
  workspaceId,
}: {
  mandateId: string
  workspaceId: string
}): Promise<MandateDetailsRow | null> {
  const { rows } = await pool().query<{ mandate: MandateDetailsRow }>(
    `select ${ROW} || jsonb_build_object(
       'workspace', jsonb_build_object('id', w.id, 'slug', w.slug, 'name', w.name),
       'signers', coalesce((select jsonb_agg(jsonb_build_object('address', e.signer, 'signedAt', iso_time(e.created_at),
           'isCounted', may_approve(m.workspace_id, e.signer)) order by e.created_at)
         from signed_evidence e where e.kind = 'mandate' and e.reference = m.id), '[]'),
       'payouts', coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'payoutId', p.payout_id, 'status', p.status, 'failureReason', p.failure_reason,
           'amount', p.amount::text, 'toAddress', p.to_checksum, 'recipientName', (select b.name from address_book_entries b
             where b.workspace_id = m.workspace_id and b.address = p.to_address and b.deleted_at is null), 'createdAt', iso_time(p.created_at)) order by p.created_at desc, p.id)
         from (select * from payouts where mandate_id = m.id and deleted_at is null order by created_at desc limit 20) p), '[]'),
       'acts', coalesce((select jsonb_agg(jsonb_build_object('id', l.id::text, 'actor', l.actor, 'action', l.action, 'details', l.details,
           'createdAt', iso_time(l.created_at)) order by l.id desc)
         from audit_log l where l.target = m.id and l.action like 'mandate.%'), '[]'),
       'stoppable', (select count(*) from payouts p where p.mandate_id = m.id and p.uses_budget and p.status = 'authorized')) as mandate
       from mandates m join workspaces w on w.id = m.workspace_id
      where m.id = $1 and m.workspace_id = $2`,
    [mandateId, workspaceId],
  )
  return rows[0]?.mandate ?? null
}
