import { pool } from '@/server/core/db'

export type BalanceRow = {
  agentId: string
  name: string
  balance: bigint
  owed: bigint
  lowBalanceThreshold: bigint | null
  monthlyLimit: bigint | null
  spentThisMonth: bigint
  expiresAt: Date | null
  revokedAt: Date | null
  updatedAt: Date
}

const SELECT = `
  select a.id as "agentId", a.name, coalesce(b.balance, 0) as balance, coalesce(o.balance, 0) as owed,
         a.low_balance_threshold as "lowBalanceThreshold", a.monthly_limit as "monthlyLimit",
         coalesce(s.spent, 0) as "spentThisMonth", a.expires_at as "expiresAt", a.revoked_at as "revokedAt",
         greatest(a.created_at, (select t.created_at from ledger_transfers t where t.debit_account = b.id order by t.id desc limit 1),
           (select t.created_at from ledger_transfers t where t.credit_account = b.id order by t.id desc limit 1)) as "updatedAt"
    from agents a
    left join ledger_accounts b on b.kind = 'agent_balance' and b.owner = a.id and b.payer = ''
    left join ledger_accounts o on o.kind = 'owed' and o.owner = a.id and o.payer = ''
    left join agent_monthly_spend s on s.agent_id = a.id and s.month = date_trunc('month', now() at time zone 'UTC')::date`

type Of = { workspaceId: string; agentId: string }

export async function findBalance({ workspaceId, agentId }: Of): Promise<BalanceRow | null> {
  const { rows } = await pool().query<BalanceRow>(
    `${SELECT} where a.workspace_id = $1 and a.id = $2 and a.deleted_at is null`,
    [workspaceId, agentId],
  )
  return rows[0] ?? null
}

/** The balances of a workspace's agents, oldest agent first; revoked ones last, for what they still hold. */
export async function selectBalances({ workspaceId }: { workspaceId: string }): Promise<BalanceRow[]> {
  const { rows } = await pool().query<BalanceRow>(
    `${SELECT} where a.workspace_id = $1 and a.deleted_at is null
      order by a.revoked_at is not null, a.created_at, a.id limit 1000`,
    [workspaceId],
  )
  return rows
}

export async function isAgentOf({ workspaceId, agentId }: Of): Promise<boolean> {
  const { rowCount } = await pool().query(
    'select 1 from agents where id = $2 and workspace_id = $1 and deleted_at is null',
    [workspaceId, agentId],
  )
  return rowCount === 1
}

/** Sets the threshold and writes the audit row in one statement; false when there is no such agent. */
export async function updateThreshold({
  workspaceId,
  agentId,
  threshold,
  actor,
  requestId,
}: Of & { threshold: bigint | null; actor: string; requestId: string | null }): Promise<boolean> {
  const { rowCount } = await pool().query(
    `with agent as (
       select id, low_balance_threshold as threshold from agents
        where id = $2 and workspace_id = $1 and deleted_at is null for update
     ), changed as (
       update agents a set low_balance_threshold = $3 from agent
        where a.id = agent.id and agent.threshold is distinct from $3::numeric
       returning a.id, agent.threshold as before
     ), audited as (
       insert into audit_log (workspace_id, actor, action, target, details, request_id)
         select $1, $4, 'balance.threshold_set', id, jsonb_build_object('from', before::text, 'to', $3::numeric::text), $5 from changed
     )
     select 1 from agent`,
    [workspaceId, agentId, threshold?.toString() ?? null, actor, requestId],
  )
  return rowCount === 1
}

export type MoveRow = {
  outcome: 'moved' | 'replayed' | 'conflict' | 'not_found' | 'frozen' | 'insufficient'
  fromBalance: bigint
  toBalance: bigint
}

export async function moveRow(move: {
  workspaceId: string
  fromAgentId: string
  toAgentId: string
  amount: bigint
  idempotencyKey: string
  actor: string
  requestId: string | null
}): Promise<MoveRow> {
  const { rows } = await pool().query<MoveRow>(
    `select outcome, from_balance as "fromBalance", to_balance as "toBalance" from balance_move($1, $2, $3, $4, $5, $6, $7)`,
    [
      move.workspaceId,
      move.fromAgentId,
      move.toAgentId,
      move.amount.toString(),
      move.idempotencyKey,
      move.actor,
      move.requestId,
    ],
  )
  const [row] = rows
  if (!row) throw new Error('balance_move answered nothing')
  return row
}

export type DaySpend = { day: string; amount: bigint }
export type ReferenceSpend = { reference: string; amount: bigint; count: number }

/** What an agent spent since, less what was given back. Serves from charges_agent_id_created_at_idx. */
export async function selectSpend({
  agentId,
  since,
  topReferences,
}: {
  agentId: string
  since: Date
  topReferences: number
}): Promise<{ days: DaySpend[]; references: ReferenceSpend[] }> {
  const ofAgent = 'agent_id = $1 and created_at >= $2 and refunded_at is null'
  const [days, references] = await Promise.all([
    pool().query<DaySpend>(
      `select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, sum(amount) as amount
         from charges where ${ofAgent} group by 1 order by 1`,
      [agentId, since],
    ),
    pool().query<ReferenceSpend>(
      `select reference, sum(amount) as amount, count(*)::int as count
         from charges where ${ofAgent} group by reference order by sum(amount) desc, reference limit $3`,
      [agentId, since, topReferences],
    ),
  ])
  return { days: days.rows, references: references.rows }
}
