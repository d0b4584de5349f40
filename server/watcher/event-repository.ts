import type pg from 'pg'
import type { Hex } from 'viem'
import { pool } from '@/server/core/db'
import type { LedgerEvent } from './watched-events'

/** An event with the time of its block, Unix seconds. */
type TimedEvent = LedgerEvent & { blockTimestamp: bigint }

const EVENT_COLUMNS =
  'account, kind, block_number, block_hash, block_time, tx_hash, log_index, amount, pool_delta, session_hash, counterparty, details'

/** The parameters $2 to $13 as a table: one statement however many events. */
const INCOMING = `select * from unnest($2::text[], $3::event_kind[], $4::bigint[], $5::text[], $6::timestamptz[], $7::text[],
  $8::int[], $9::numeric[], $10::numeric[], $11::text[], $12::text[], $13::jsonb[]) as incoming (${EVENT_COLUMNS})`

function toColumns(events: readonly TimedEvent[]): unknown[] {
  return [
    events.map((event) => event.account),
    events.map((event) => event.kind),
    events.map((event) => event.blockNumber),
    events.map((event) => event.blockHash),
    events.map((event) => new Date(Number(event.blockTimestamp) * 1000)),
    events.map((event) => event.txHash),
    events.map((event) => event.logIndex),
    events.map((event) => event.amount),
    events.map((event) => event.poolDelta),
    events.map((event) => event.sessionHash),
    events.map((event) => event.counterparty),
    events.map((event) => JSON.stringify(event.details)),
  ]
}

/**
 * Puts rows of `fresh` into the ledger and their sum into the pool balances. A log of a block that is in the ledger already
 * changes nothing, so every read can be repeated; one whose every row was reversed is on the chain again and is entered once
 * more. The caller holds the cursor's row lock, so nobody inserts between.
 */
const intoLedger = (fresh: string, confirmedAt: string) => `
  ${fresh}
  , counted as (
    select f.*, known.inclusions
      from fresh f cross join lateral (
        select count(*)::int as inclusions, count(r.id)::int as reversals
          from wallet_events e left join wallet_events r on r.reversal_of = e.id
         where e.chain_id = $1 and e.block_hash = f.block_hash and e.tx_hash = f.tx_hash and e.log_index = f.log_index
           and e.account = f.account and e.reversal_of is null) known
     where known.inclusions = known.reversals
  ), inserted as (
    insert into wallet_events (chain_id, ${EVENT_COLUMNS}, inclusion, pool_after, confirmed_at)
    select $1, f.account, f.kind, f.block_number, f.block_hash, f.block_time, f.tx_hash, f.log_index, f.amount,
           f.pool_delta, f.session_hash, f.counterparty, f.details, f.inclusions,
           coalesce(b.balance, 0) + sum(f.pool_delta) over (partition by f.account order by f.block_number, f.log_index),
           ${confirmedAt}
      from counted f left join pool_balances b on b.chain_id = $1 and b.account = f.account
    on conflict (chain_id, block_hash, tx_hash, log_index, account, inclusion) where reversal_of is null do nothing
    returning account, pool_delta
  ), moved as (
    insert into pool_balances (chain_id, account, balance)
    select $1, account, sum(pool_delta) from inserted group by account
    on conflict (chain_id, account)
    do update set balance = pool_balances.balance + excluded.balance, updated_at = now()
  )
  select count(*)::int as count from inserted`

/** Writes events of deep blocks straight into the ledger and returns how many were new. */
export async function insertFinalEvents(
  client: pg.PoolClient,
  {
    chainId,
    events,
    confirmationSeconds,
  }: { chainId: number; events: readonly TimedEvent[]; confirmationSeconds: number },
): Promise<number> {
  if (events.length === 0) return 0
  const fresh = `with fresh as (${INCOMING})`
  // History was confirmed when its sixth block came, not now.
  const confirmedAt = 'least(now(), f.block_time + make_interval(secs => $14))'
  const { rows } = await client.query<{ count: number }>(intoLedger(fresh, confirmedAt), [
    chainId,
    ...toColumns(events),
    confirmationSeconds,
  ])
  return rows[0]?.count ?? 0
}

export async function insertPendingEvents(
  client: pg.PoolClient,
  { chainId, events }: { chainId: number; events: readonly TimedEvent[] },
): Promise<void> {
  if (events.length === 0) return
  await client.query(
    `insert into pending_events (chain_id, ${EVENT_COLUMNS})
     select $1, incoming.* from (${INCOMING}) incoming on conflict do nothing`,
    [chainId, ...toColumns(events)],
  )
}

/** Moves what is deep enough from pending to the ledger. */
export async function finalizePendingEvents(
  client: pg.PoolClient,
  { chainId, finalBlock }: { chainId: number; finalBlock: bigint },
): Promise<void> {
  const fresh = `with fresh as (
    delete from pending_events where chain_id = $1 and block_number <= $2 returning ${EVENT_COLUMNS})`
  await client.query(intoLedger(fresh, 'now()'), [chainId, finalBlock])
}

export async function deletePendingAbove(
  client: pg.PoolClient,
  chainId: number,
  number: bigint,
): Promise<number> {
  const { rowCount } = await client.query(
    'delete from pending_events where chain_id = $1 and block_number > $2',
    [chainId, number],
  )
  return rowCount ?? 0
}

/** The blocks above `number` that the ledger has events of, as they were when read. */
export async function selectLedgerBlocksAbove(
  chainId: number,
  number: bigint,
): Promise<{ number: bigint; hash: Hex }[]> {
  const { rows } = await pool().query<{ number: bigint; hash: Hex }>(
    `select distinct block_number as number, block_hash as hash
       from wallet_events where chain_id = $1 and block_number > $2 and reversal_of is null order by 1`,
    [chainId, number],
  )
  return rows
}

/**
 * Takes back the events of blocks that are not on the chain any more: a row of the same kind with the negative amount, at the
 * block where it was noticed. Returns how many.
 */
export async function reverseEvents(
  client: pg.PoolClient,
  {
    chainId,
    blockHashes,
    noticedAt,
  }: {
    chainId: number
    blockHashes: readonly Hex[]
    noticedAt: { number: bigint; hash: Hex; timestamp: bigint }
  },
): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `with dropped as (
       select e.* from wallet_events e
        where e.chain_id = $1 and e.block_hash = any($2::text[]) and e.reversal_of is null
          and not exists (select 1 from wallet_events r where r.reversal_of = e.id)
     ), reversed as (
       insert into wallet_events (chain_id, account, kind, block_number, block_hash, block_time, tx_hash, log_index,
              amount, pool_delta, pool_after, session_hash, counterparty, details, reversal_of)
       select $1, d.account, d.kind, $3, $4, to_timestamp($5), d.tx_hash, d.log_index, -d.amount, -d.pool_delta,
              coalesce(b.balance, 0)
                - sum(d.pool_delta) over (partition by d.account order by d.block_number desc, d.log_index desc),
              d.session_hash, d.counterparty, d.details || jsonb_build_object('reversedBlock', d.block_number::text), d.id
         from dropped d left join pool_balances b on b.chain_id = $1 and b.account = d.account
       returning account, pool_delta
     ), moved as (
       insert into pool_balances (chain_id, account, balance)
       select $1, account, sum(pool_delta) from reversed group by account
       on conflict (chain_id, account)
       do update set balance = pool_balances.balance + excluded.balance, updated_at = now()
     )
     select count(*)::int as count from reversed`,
    [chainId, blockHashes, noticedAt.number, noticedAt.hash, Number(noticedAt.timestamp)],
  )
  return rows[0]?.count ?? 0
}

/** Live workspaces whose wallet is among the accounts. */
export async function selectWorkspacesOf(
  accounts: readonly string[],
): Promise<{ workspaceId: string; account: string }[]> {
  const { rows } = await pool().query<{ workspaceId: string; account: string }>(
    `select id as "workspaceId", wallet_address as account
       from workspaces where wallet_address = any($1::text[]) and deleted_at is null`,
    [accounts],
  )
  return rows
}
