import type { StoredAddress } from '@/domain/address'
import type { AGENT_ORIGINS } from '@/domain/agent'
import { pool } from '@/server/core/db'

export type AgentRow = {
  id: string
  workspaceId: string
  name: string
  clientInfo: string | null
  origin: (typeof AGENT_ORIGINS)[number]
  balance: bigint
  owed: bigint
  monthlyLimit: bigint | null
  spentThisMonth: bigint
  tokenPrefix: string | null
  wallets: { address: string; linkedAt: string }[]
  createdAt: Date
  linkedAt: Date
  expiresAt: Date | null
  isExpired: boolean
  lastUsedAt: Date | null
  revokedAt: Date | null
}

type Page = { workspaceId: string; agentId: string | null; before: string | null; take: number }

/** The agents of a workspace with what they hold and spent, newest first after the agent `before`; or the one named. */
export async function readAgents({ workspaceId, agentId, before, take }: Page): Promise<AgentRow[]> {
  const { rows } = await pool().query<AgentRow>({
    name: 'read-agents',
    text: `select a.id, a.workspace_id as "workspaceId", a.name, a.client_info as "clientInfo", a.origin,
                  coalesce(held.balance, 0) as balance, coalesce(owed.balance, 0) as owed,
                  a.monthly_limit as "monthlyLimit", coalesce(s.spent, 0) as "spentThisMonth",
                  (select t.prefix from agent_tokens t
                    where t.agent_id = a.id and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
                    order by t.created_at desc limit 1) as "tokenPrefix",
                  (select coalesce(json_agg(json_build_object('address', w.address, 'linkedAt', w.linked_at) order by w.linked_at, w.address), '[]')
                     from agent_wallets w where w.agent_id = a.id) as wallets,
                  a.created_at as "createdAt", a.linked_at as "linkedAt", a.expires_at as "expiresAt",
                  coalesce(a.expires_at <= now(), false) as "isExpired", a.last_used_at as "lastUsedAt",
                  a.revoked_at as "revokedAt"
             from agents a
             left join ledger_accounts held on held.kind = 'agent_balance' and held.owner = a.id and held.payer = ''
             left join ledger_accounts owed on owed.kind = 'owed' and owed.owner = a.id and owed.payer = ''
             left join agent_monthly_spend s on s.agent_id = a.id and s.month = date_trunc('month', now() at time zone 'utc')::date
            where a.workspace_id = $1 and a.deleted_at is null and ($2::text is null or a.id = $2)
              and ($3::text is null or (a.created_at, a.id) < (select c.created_at, c.id from agents c where c.id = $3))
            order by a.created_at desc, a.id desc limit $4`,
    values: [workspaceId, agentId, before, take],
  })
  return rows
}

/** What an agent spent in each calendar month (UTC) that it spent in, newest first. */
export async function readMonthlySpend(agentId: string): Promise<{ month: string; spent: bigint }[]> {
  const { rows } = await pool().query<{ month: string; spent: bigint }>(
    `select to_char(month, 'YYYY-MM-DD') as month, spent from agent_monthly_spend where agent_id = $1 order by agent_monthly_spend.month desc`,
    [agentId],
  )
  return rows
}

/** What it paid for most in the last 30 days; refunded charges are left out. */
export async function readSpendByReference(
  agentId: string,
): Promise<{ reference: string; spent: bigint; charges: bigint }[]> {
  const { rows } = await pool().query<{ reference: string; spent: bigint; charges: bigint }>(
    `select reference, sum(amount) as spent, count(*) as charges from charges
      where agent_id = $1 and created_at > now() - interval '30 days' and refunded_at is null
      group by reference order by sum(amount) desc, reference limit 10`,
    [agentId],
  )
  return rows
}

export type ToLinkRow = {
  agentId: string
  name: string
  clientInfo: string | null
  userCode: string | null
  createdAt: Date
  workspace: { id: string; slug: string; name: string } | null
}

/** A live agent that waits to be linked, or that is linked to a workspace of this person. */
export async function findAgentToLink({
  agentId,
  address,
}: {
  agentId: string
  address: StoredAddress
}): Promise<ToLinkRow | null> {
  const { rows } = await pool().query<ToLinkRow>(
    `select a.id as "agentId", a.name, a.client_info as "clientInfo", a.user_code as "userCode", a.created_at as "createdAt",
            case when w.id is not null then json_build_object('id', w.id, 'slug', w.slug, 'name', w.name) end as workspace
       from agents a
       left join workspaces w on w.id = a.workspace_id and w.deleted_at is null
        and exists (select 1 from workspace_members m where m.workspace_id = w.id and m.address = $2)
      where a.id = $1 and a.revoked_at is null and a.deleted_at is null and (a.workspace_id is null or w.id is not null)`,
    [agentId, address],
  )
  return rows[0] ?? null
}
