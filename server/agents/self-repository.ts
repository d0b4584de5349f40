import type { MandateView } from '@/domain/mandate'
import type { PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'

export type SelfRow = {
  name: string
  workspaceId: string | null
  workspaceSlug: string | null
  workspaceName: string | null
  workspaceWallet: string | null
  balance: bigint
  owed: bigint
  balanceUpdatedAt: Date
  monthlyLimit: bigint | null
  spentThisMonth: bigint
  /** Of that, what payouts on their way have promised. */
  pendingThisMonth: bigint
  monthStart: Date
  expiresAt: Date | null
  isExpired: boolean
  createdAt: Date
}

/** What an agent may know about itself. Null when it is gone. */
export async function findSelf(agentId: string): Promise<SelfRow | null> {
  const { rows } = await pool().query<SelfRow>({
    name: 'find-agent-self',
    text: `select a.name, a.workspace_id as "workspaceId", w.slug as "workspaceSlug", w.name as "workspaceName",
                  w.wallet_address as "workspaceWallet", coalesce(held.balance, 0) as balance, coalesce(owed.balance, 0) as owed,
                  coalesce(
                    greatest(
                      (select t.created_at from ledger_transfers t where t.debit_account = held.id order by t.id desc limit 1),
                      (select t.created_at from ledger_transfers t where t.credit_account = held.id order by t.id desc limit 1)),
                    a.created_at) as "balanceUpdatedAt",
                  a.monthly_limit as "monthlyLimit", coalesce(s.spent, 0) as "spentThisMonth",
                  (select coalesce(sum(p.amount), 0) from payouts p
                    where p.agent_id = a.id and p.counted_month = date_trunc('month', now() at time zone 'utc')::date
                      and p.status <> 'confirmed') as "pendingThisMonth",
                  date_trunc('month', now(), 'utc') as "monthStart",
                  a.expires_at as "expiresAt", coalesce(a.expires_at <= now(), false) as "isExpired", a.created_at as "createdAt"
             from agents a
             left join workspaces w on w.id = a.workspace_id
             left join ledger_accounts held on held.kind = 'agent_balance' and held.owner = a.id and held.payer = ''
             left join ledger_accounts owed on owed.kind = 'owed' and owed.owner = a.id and owed.payer = ''
             left join agent_monthly_spend s on s.agent_id = a.id and s.month = date_trunc('month', now() at time zone 'utc')::date
            where a.id = $1 and a.deleted_at is null`,
    values: [agentId],
  })
  return rows[0] ?? null
}

type MandatesRow = { open: number; total: number; items: MandateView[] }

/** How many mandates the agent has, those that pay now, and the newest. */
export async function readMandatesOf({
  agentId,
  take,
}: {
  agentId: string
  take: number
}): Promise<MandatesRow> {
  const { rows } = await pool().query<MandatesRow>({
    name: 'read-agent-mandates',
    text: `select count(*)::int as total,
                  (count(*) filter (where m.status = 'signed' and m.is_enabled and now() >= m.valid_from and now() < m.valid_until))::int as open,
                  coalesce((select jsonb_agg(mandate_json(n) order by n.created_at desc, n.id desc) from (
                    select * from mandates where agent_id = $1 order by created_at desc, id desc limit $2) n), '[]') as items
             from mandates m where m.agent_id = $1`,
    values: [agentId, take],
  })
  return rows[0] ?? { open: 0, total: 0, items: [] }
}

type SpentRow = { id: string; amount: bigint; reference: string; description: string | null; createdAt: Date }

export type TransactionRow =
  | (SpentRow & { type: 'charge'; status: 'settled' | 'refunded' })
  | (SpentRow & {
      type: 'payout'
      status: PayoutStatus
      failureReason: string | null
      toAddress: string
      txHash: string | null
    })

/** The newest charges and payouts of an agent: each from its own index, as long as the answer. */
export async function readRecentTransactions({
  agentId,
  take,
}: {
  agentId: string
  take: number
}): Promise<TransactionRow[]> {
  const { rows } = await pool().query<TransactionRow>({
    name: 'read-agent-transactions',
    text: `(select 'charge' as type, id, amount, reference, description, created_at as "createdAt",
                   case when refunded_at is null then 'settled' else 'refunded' end as status,
                   null as "failureReason", null as "toAddress", null as "txHash"
              from charges where agent_id = $1 order by created_at desc, id desc limit $2)
           union all
           (select 'payout', id, amount, payout_id, description, created_at, status::text, failure_reason, to_checksum, tx_hash
              from payouts where agent_id = $1 and deleted_at is null order by created_at desc, id desc limit $2)
           order by "createdAt" desc, id desc limit $2`,
    values: [agentId, take],
  })
  return rows
}
