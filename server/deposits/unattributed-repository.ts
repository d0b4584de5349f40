import { MIN_DEPOSIT_ATOMIC } from '@/domain/deposits'
import type { Actor } from '@/server/audit'
import { pool } from '@/server/core/db'
import type { DepositKey } from './deposit-repository'

export type UnattributedRow = {
  id: string
  txHash: string
  sender: string
  amount: bigint
  isX402: boolean
  isBelowMinimum: boolean
  blockTime: Date | null
  linkedAgents: { agentId: string; name: string }[]
}

// An x402 settlement that no record of ours explains after an hour was meant for somebody else's books: it has no owner either.
const ORPHANED = `(d.status = 'unattributed' or (d.status = 'x402' and d.created_at < now() - interval '1 hour'
  and not exists (select 1 from x402_payments p where p.chain_id = d.chain_id and p.tx_hash = d.tx_hash)))`

/** Transfers that belong to nobody, the largest first: dust must not hide them. */
export async function selectUnattributed({ limit }: { limit: number }): Promise<UnattributedRow[]> {
  const { rows } = await pool().query<UnattributedRow>(
    `select d.id, d.tx_hash as "txHash", d.sender, d.amount, d.status = 'x402' as "isX402",
            d.amount < $2 as "isBelowMinimum", d.block_time as "blockTime",
            coalesce((select jsonb_agg(jsonb_build_object('agentId', a.id, 'name', a.name) order by a.created_at, a.id)
               from agent_wallets w join agents a on a.id = w.agent_id
              where w.address = d.sender and a.revoked_at is null and a.deleted_at is null), '[]') as "linkedAgents"
       from deposits d where d.status in ('unattributed', 'x402') and ${ORPHANED}
      order by d.amount desc, d.created_at, d.id limit $1`,
    [limit, MIN_DEPOSIT_ATOMIC],
  )
  return rows
}

type Attributed = DepositKey & { outcome: 'attributed' | 'no_agent' | 'no_deposit' }

/**
 * Gives a deposit that is nobody's to a live agent, with its audit row in the agent's workspace. It is then pending: the credit
 * still depends on the chain.
 */
export async function attributeRow({
  depositId,
  agentId,
  actor,
}: {
  depositId: string
  agentId: string
  actor: Actor
}): Promise<Attributed> {
  const { rows } = await pool().query<Attributed>(
    `with agent as (
       select id, workspace_id from agents
        where id = $2 and revoked_at is null and deleted_at is null and workspace_id is not null
     ), taken as (
       update deposits d set status = 'pending', claimed_by = agent.id, claimed_at = now(), attributed_by = $3,
              next_check_at = now(), lease_until = null, updated_at = now()
         from agent where d.id = $1 and ${ORPHANED}
       returning d.id, d.chain_id, d.tx_hash, d.receiver, d.sender, d.amount, agent.workspace_id
     ), audited as (
       insert into audit_log (workspace_id, actor, action, target, details, request_id)
       select workspace_id, $3, 'deposit.attributed', id::text,
              jsonb_build_object('agentId', $2::text, 'amount', amount::text, 'sender', sender, 'txHash', tx_hash), $4
         from taken
     )
     select 'attributed' as outcome, chain_id as "chainId", tx_hash as "txHash", receiver from taken
     union all
     select case when exists (select 1 from agent) then 'no_deposit' else 'no_agent' end, 0, '', ''
      where not exists (select 1 from taken)`,
    [depositId, agentId, actor.address, actor.requestId],
  )
  const [row] = rows
  if (!row) throw new Error('the statement answers one row')
  return row
}
