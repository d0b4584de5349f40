import type { StoredAddress } from '@/domain/address'
import type { EventKind } from '@/domain/event-kinds'
import { pool } from '@/server/core/db'

export type WalletRow = {
  workspaceId: string
  workspaceName: string
  account: StoredAddress
  trackedBalance: bigint
  headBlock: bigint | null
  updatedAt: Date
}

export type WalletEventRow = {
  id: string
  kind: EventKind
  txHash: string
  blockNumber: bigint
  logIndex: number
  blockTime: Date
  confirmedAt: Date
  amount: bigint
  poolDelta: bigint
  sessionHash: string | null
  counterparty: string | null
  reversalOf: string | null
}

export type PendingEventRow = {
  kind: EventKind
  txHash: string
  blockNumber: bigint
  logIndex: number
  blockTime: Date
  amount: bigint
  poolDelta: bigint
  counterparty: string | null
  headBlock: bigint
}

/** A place in the ledger's order. */
export type LedgerPosition = { blockNumber: bigint; logIndex: number; id: string }

type Of = { chainId: number; workspaceId: string }
type OfAccount = { chainId: number; account: StoredAddress }

export async function findWallet({ chainId, workspaceId }: Of): Promise<WalletRow | null> {
  const { rows } = await pool().query<WalletRow>(
    `select w.id as "workspaceId", w.name as "workspaceName", w.wallet_address as account,
            coalesce(p.balance, 0) as "trackedBalance", c.head_block as "headBlock",
            greatest(c.updated_at, p.updated_at, w.created_at) as "updatedAt"
       from workspaces w
       left join chain_cursors c on c.chain_id = $1
       left join pool_balances p on p.chain_id = $1 and p.account = w.wallet_address
      where w.id = $2 and w.deleted_at is null`,
    [chainId, workspaceId],
  )
  return rows[0] ?? null
}

export async function findPosition({
  chainId,
  account,
  id,
}: OfAccount & { id: string }): Promise<LedgerPosition | null> {
  const { rows } = await pool().query<LedgerPosition>(
    `select block_number as "blockNumber", log_index as "logIndex", id
       from wallet_events where id = $1 and chain_id = $2 and account = $3`,
    [id, chainId, account],
  )
  return rows[0] ?? null
}

/** Final events after `after` in the order newest first. Serves from wallet_events_chain_id_account_block_number_log_index_id_idx. */
export async function selectEvents({
  chainId,
  account,
  kinds,
  after,
  limit,
}: OfAccount & { kinds: readonly EventKind[] | null; after: LedgerPosition | null; limit: number }): Promise<
  WalletEventRow[]
> {
  const { rows } = await pool().query<WalletEventRow>(
    `select id, kind, tx_hash as "txHash", block_number as "blockNumber", log_index as "logIndex",
            block_time as "blockTime", confirmed_at as "confirmedAt", amount, pool_delta as "poolDelta",
            session_hash as "sessionHash", counterparty, reversal_of as "reversalOf"
       from wallet_events
      where chain_id = $1 and account = $2
        and ($3::event_kind[] is null or kind = any($3::event_kind[]))
        and ($4::bigint is null or (block_number, log_index, id) < ($4::bigint, $5::int, $6::uuid))
      order by block_number desc, log_index desc, id desc
      limit $7`,
    [chainId, account, kinds, after?.blockNumber ?? null, after?.logIndex ?? null, after?.id ?? null, limit],
  )
  return rows
}

/** Shallow events, newest first; at most 200, which is more than any wallet has in six blocks. */
export async function selectPendingEvents({ chainId, account }: OfAccount): Promise<PendingEventRow[]> {
  const { rows } = await pool().query<PendingEventRow>(
    `select p.kind, p.tx_hash as "txHash", p.block_number as "blockNumber", p.log_index as "logIndex",
            p.block_time as "blockTime", p.amount, p.pool_delta as "poolDelta", p.counterparty, c.head_block as "headBlock"
       from pending_events p join chain_cursors c on c.chain_id = p.chain_id
      where p.chain_id = $1 and p.account = $2
      order by p.block_number desc, p.log_index desc
      limit 200`,
    [chainId, account],
  )
  return rows
}

type HistoryRow = { at: Date; balance: bigint; opening: bigint }

/**
 * The pool balance after the last event of each time slice since `since`, oldest first. Counts back from today's balance,
 * so that only the events of the window are read.
 */
export async function selectPoolHistory({
  chainId,
  account,
  since,
  sliceSeconds,
}: OfAccount & { since: Date; sliceSeconds: number }): Promise<HistoryRow[]> {
  const { rows } = await pool().query<HistoryRow>(
    `with recent as (
       select block_number, log_index, id, block_time, pool_delta
         from wallet_events
        where chain_id = $1 and account = $2 and pool_delta <> 0 and block_time >= $3
     ), opening as (
       select coalesce((select balance from pool_balances where chain_id = $1 and account = $2), 0)
              - coalesce((select sum(pool_delta) from recent), 0) as balance
     ), running as (
       select block_number, log_index, id, block_time,
              opening.balance + sum(pool_delta) over (order by block_number, log_index, id) as balance,
              opening.balance as opening
         from recent cross join opening
     )
     select distinct on (date_bin(make_interval(secs => $4), block_time, $3))
            block_time as at, balance, opening
       from running
      order by date_bin(make_interval(secs => $4), block_time, $3), block_number desc, log_index desc, id desc`,
    [chainId, account, since, sliceSeconds],
  )
  return rows
}
