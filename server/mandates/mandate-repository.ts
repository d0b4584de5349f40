import type { MandateView } from '@/domain/mandate'
import { pool } from '@/server/core/db'

export type DraftRow = {
  workspaceId: string | null
  isExpired: boolean
  mandate: MandateView | null
  linkExpiresAt: Date | null
}

type Draft = {
  id: string
  naturalLanguage: string
  category: string
  currency: string
  limitAmount: bigint
  maxAmountPerTx: bigint | null
  recipients: readonly string[]
  checksums: readonly string[]
  hosts: readonly string[]
  periodSeconds: number | null
  periodLimit: bigint | null
  validForSeconds: number
  requestId: string | null
}

// The agent's row is shared-locked: a link or a revocation at the same time comes wholly before or wholly after.
const INSERT = `
  inserted as (
    insert into mandates (id, workspace_id, agent_id, natural_language, category, currency, limit_amount, max_amount_per_tx,
        recipient_allowlist, recipient_checksums, host_allowlist, period_seconds, period_limit, valid_from, valid_until,
        link_expires_at, created_by)
      select $1, agent.workspace_id, agent.id, $2, $3, $4, $5::numeric, $6::numeric, $7::text[], $8::text[], $9::text[], $10::integer,
          $11::numeric, date_trunc('second', now()),
          date_trunc('second', now()) + make_interval(secs => $12), now() + make_interval(secs => $13), $14::text
        from agent where not agent.is_expired
      returning *
  ), audited as (
    insert into audit_log (workspace_id, actor, action, target, details, request_id)
      select i.workspace_id, coalesce(i.created_by, i.agent_id), case when i.created_by is null then 'mandate.requested' else 'mandate.created' end,
          i.id, jsonb_build_object('limit', i.limit_amount::text, 'agentId', i.agent_id), $15::text
        from inserted i
  )
  select agent.workspace_id as "workspaceId", agent.is_expired as "isExpired", mandate_json(i) as mandate, i.link_expires_at as "linkExpiresAt"
    from agent left join inserted i on true`

function valuesOf(draft: Draft, linkSeconds: number, createdBy: string | null): unknown[] {
  return [
    draft.id,
    draft.naturalLanguage,
    draft.category,
    draft.currency,
    draft.limitAmount,
    draft.maxAmountPerTx,
    draft.recipients,
    draft.checksums,
    draft.hosts,
    draft.periodSeconds,
    draft.periodLimit,
    draft.validForSeconds,
    linkSeconds,
    createdBy,
    draft.requestId,
  ]
}

/** What an agent asks for, linked or not. Null when agent or token is not live; no mandate when the agent's time has ended. */
export async function insertIntent({
  agentId,
  tokenId,
  linkSeconds,
  ...draft
}: Draft & { agentId: string; tokenId: string; linkSeconds: number }): Promise<DraftRow | null> {
  const { rows } = await pool().query<DraftRow>({
    name: 'insert-mandate-intent',
    text: `with agent as (
             select a.id, a.workspace_id, coalesce(a.expires_at <= now(), false) as is_expired
               from agents a join agent_tokens t on t.agent_id = a.id
               where a.id = $16 and t.id = $17 and a.revoked_at is null and a.deleted_at is null
                 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
                 and (a.workspace_id is null or exists (select 1 from workspaces w where w.id = a.workspace_id and w.deleted_at is null))
               for share of a
           ), ${INSERT}`,
    values: [...valuesOf(draft, linkSeconds, null), agentId, tokenId],
  })
  return rows[0] ?? null
}

/** What a person draws up for an agent of the workspace. Null when there is no such live agent, or the person may not approve. */
export async function insertDraft({
  agentId,
  workspaceId,
  createdBy,
  linkSeconds,
  ...draft
}: Draft & {
  agentId: string
  workspaceId: string
  createdBy: string
  linkSeconds: number
}): Promise<DraftRow | null> {
  const { rows } = await pool().query<DraftRow>(
    `with agent as (
       select id, workspace_id, coalesce(expires_at <= now(), false) as is_expired from agents
         where id = $16 and workspace_id = $17 and revoked_at is null and deleted_at is null and may_approve(workspace_id, $14) for share
     ), ${INSERT}`,
    [...valuesOf(draft, linkSeconds, createdBy), agentId, workspaceId],
  )
  return rows[0] ?? null
}

export type MandateWorkspace = { workspaceId: string | null; agentId: string }

/** Whose a mandate is. */
export async function findWorkspaceOf(mandateId: string): Promise<MandateWorkspace | null> {
  const { rows } = await pool().query<MandateWorkspace>(
    'select workspace_id as "workspaceId", agent_id as "agentId" from mandates where id = $1',
    [mandateId],
  )
  return rows[0] ?? null
}

/** One of the agent's own. */
export async function findOwnMandate({
  agentId,
  mandateId,
}: {
  agentId: string
  mandateId: string
}): Promise<MandateView | null> {
  const { rows } = await pool().query<{ mandate: MandateView }>(
    'select mandate_json(m) as mandate from mandates m where m.id = $1 and m.agent_id = $2',
    [mandateId, agentId],
  )
  return rows[0]?.mandate ?? null
}

type OwnPage = {
  agentId: string
  before: string | null
  take: number
  /** Only those that would pay this, by the very check that a payout meets. `amount` in atomic units. */
  covers?: {
    workspaceId: string
    chainId: number
    currency: string
    toAddress: string
    amount: bigint
    /** Whether amount and recipient are any that a payout may have. */
    isPayable: boolean
  }
}

// What a creation looks at besides the mandate: the agent's time and month, the stop, the wallet that pays.
const AGENT_WOULD_PAY = `$8::boolean and exists (
  select 1 from agents a join managed_wallets w on w.workspace_id = a.workspace_id and w.chain_id = $9
      left join workspace_policies o on o.workspace_id = a.workspace_id
      left join agent_monthly_spend s on s.agent_id = a.id and s.month = date_trunc('month', now() at time zone 'UTC')::date
    where a.id = $1 and a.workspace_id = $5::uuid and (a.expires_at is null or a.expires_at > now()) and o.killed_at is null
      and w.address <> $7::text and (a.monthly_limit is null or coalesce(s.spent, 0) + $4::numeric <= a.monthly_limit))`

/** The agent's own, newest first after the mandate `before`. Null when that one is not its own. */
export async function selectOwnMandates({
  agentId,
  before,
  take,
  covers,
}: OwnPage): Promise<MandateView[] | null> {
  if (before !== null && !(await findOwnMandate({ agentId, mandateId: before }))) return null
  const { rows } = await pool().query<{ mandate: MandateView }>(
    `select mandate_json(m) as mandate from mandates m
      where m.agent_id = $1
        and ($2::text is null or (m.created_at, m.id) < (select c.created_at, c.id from mandates c where c.id = $2))
        and ($4::numeric is null or (${AGENT_WOULD_PAY}
          and mandate_refusal(m, $1, $5::uuid, $6::text, $7::text, $4, m.pending_spent_amount,
            case when m.period_seconds is not null then mandate_period_spent(m) end) is null))
      order by m.created_at desc, m.id desc limit $3`,
    [
      agentId,
      before,
      take,
      covers?.amount ?? null,
      covers?.workspaceId ?? null,
      covers?.currency ?? null,
      covers?.toAddress ?? null,
      covers?.isPayable ?? null,
      covers?.chainId ?? null,
    ],
  )
  return rows.map(({ mandate }) => mandate)
}

/** Drafts past their link and mandates past their end. Rows that somebody holds wait for the next round. */
export async function markExpired({ atMost }: { atMost: number }): Promise<number> {
  const { rowCount } = await pool().query(
    `update mandates set status = 'expired', updated_at = now() where id in (
       select id from mandates
         where (status = 'pending_signature' and link_expires_at <= now()) or (status in ('pending_signature', 'signed') and valid_until <= now())
         order by id limit $1 for update skip locked)`,
    [atMost],
  )
  return rowCount ?? 0
}
