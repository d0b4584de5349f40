import type { EntryKind } from '@/domain/balance'
import { pool } from '@/server/core/db'

export type EntryRow = {
  id: bigint
  kind: EntryKind
  isIn: boolean
  amount: bigint
  balanceAfter: bigint
  cause: string
  reference: string | null
  createdAt: Date
  /** The other agent of a move. */
  otherAgentId: string | null
  otherAgentName: string | null
}

type OfAgent = { agentId: string }

/** Entries of an agent's balance, newest first, before the entry `before`. Two index scans, each as long as the page. */
export async function selectEntries({
  agentId,
  before,
  limit,
}: OfAgent & { before: bigint | null; limit: number }): Promise<EntryRow[]> {
  const { rows } = await pool().query<EntryRow>(
    `with account as (
       select id from ledger_accounts where kind = 'agent_balance' and owner = $1 and payer = ''
     ), entry as (
       (select t.*, false as is_in from ledger_transfers t
         where t.debit_account = (select id from account) and ($2::bigint is null or t.id < $2) order by t.id desc limit $3)
       union all
       (select t.*, true as is_in from ledger_transfers t
         where t.credit_account = (select id from account) and ($2::bigint is null or t.id < $2) order by t.id desc limit $3)
     )
     select e.id, e.kind, e.is_in as "isIn", e.amount, e.cause, e.reference, e.created_at as "createdAt",
            case when e.is_in then e.credit_balance_after else e.debit_balance_after end as "balanceAfter",
            a.id as "otherAgentId", a.name as "otherAgentName"
       from entry e
       left join ledger_accounts o on e.kind = 'move' and o.id = case when e.is_in then e.debit_account else e.credit_account end
       left join agents a on a.id = o.owner
      order by e.id desc limit $3`,
    [agentId, before, limit],
  )
  return rows
}

/** Whether the entry is one of this agent's, so that a foreign cursor is an unknown one. */
export async function isEntryOf({ agentId, id }: OfAgent & { id: bigint }): Promise<boolean> {
  const { rowCount } = await pool().query(
    `select 1 from ledger_transfers t join ledger_accounts a on a.id in (t.debit_account, t.credit_account)
      where t.id = $2 and a.kind = 'agent_balance' and a.owner = $1`,
    [agentId, id],
  )
  return rowCount === 1
}

export type CauseRow = {
  id: string
  txHash: string | null
  isCharge: boolean
  workspaceId: string | null
  description: string | null
  refundedAt: Date | null
  refundReason: string | null
}

/** What stands behind the ids that causes name: charges, and the transactions of deposits, payments and withdrawals. */
export async function selectCauses(ids: readonly string[]): Promise<CauseRow[]> {
  if (ids.length === 0) return []
  const nothing = 'null::uuid, null, null::timestamptz, null'
  const { rows } = await pool().query<CauseRow>(
    `select id, null as "txHash", true as "isCharge", workspace_id as "workspaceId", description,
            refunded_at as "refundedAt", refund_reason as "refundReason"
       from charges where id = any($1::uuid[])
     union all select id, tx_hash, false, ${nothing} from deposits where id = any($1::uuid[])
     union all select id, tx_hash, false, ${nothing} from x402_payments where id = any($1::uuid[])
     union all select id, tx_hash, false, ${nothing} from withdrawals where id = any($1::uuid[])`,
    [ids],
  )
  return rows
}
