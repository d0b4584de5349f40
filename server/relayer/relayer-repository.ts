import { pool } from '@/server/core/db'
import { RESEND_AFTER_SECONDS, type RelayFees, UNREACHABLE_AHEAD } from './relayer'

export type RelayTransaction = {
  id: string
  relayer: `0x${string}`
  nonce: bigint
  purpose: string
  reference: string
  hash: `0x${string}`
  raw: `0x${string}`
  fees: RelayFees
  gasLimit: bigint
  secondsSinceSent: number | null
  secondsSinceStored: number
  /** The newest block when it was first the next to be mined. */
  waitsSinceBlock: bigint | null
}

type Replacement = { hash: string; raw: string; fees: RelayFees }

/**
 * Stores a replacement of the same nonce with higher fees and marks the one it replaces; both hashes are kept. Answers its id, or null when that is not open
 * any more. The same fees make the same bytes: those that were refused before are open again.
 */
export async function insertReplacement(previousId: string, next: Replacement): Promise<string | null> {
  const { rows } = await pool().query<{ id: string }>(
    `with previous as (
       update relayer_transactions set status = 'replaced' where id = $1 and status in ('prepared', 'sent') returning *)
     insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction,
       max_fee_per_gas, max_priority_fee_per_gas, gas_limit, workspace_id)
     select chain_id, relayer, nonce, purpose, reference, $2, $3, $4, $5, gas_limit, workspace_id from previous
     on conflict (chain_id, hash) do update set status = 'prepared', sent_at = null, dropped_at = null, waits_since_block = null
       where relayer_transactions.status in ('dropped', 'replaced')
     returning id`,
    [previousId, next.hash, next.raw, next.fees.maxFeePerGas, next.fees.maxPriorityFeePerGas],
  )
  return rows[0]?.id ?? null
}

/**
 * A replacement that no node has accepted gives way to the newest bytes that one has: they may be what the relayer can pay for.
 * False when there are none, or it is accepted by now.
 */
export async function returnToSent(replacementId: string): Promise<boolean> {
  const { rowCount } = await pool().query(
    `with older as (
       select o.id from relayer_transactions n
         join relayer_transactions o on o.chain_id = n.chain_id and o.relayer = n.relayer and o.nonce = n.nonce
         where n.id = $1 and o.status = 'replaced' and o.sent_at is not null order by o.max_fee_per_gas desc limit 1),
     refused as (
       update relayer_transactions set status = 'dropped', dropped_at = now()
         where id = $1 and status = 'prepared' and sent_at is null and exists (select 1 from older) returning id)
     update relayer_transactions set status = 'sent', waits_since_block = null
       where id = (select id from older) and status = 'replaced' and exists (select 1 from refused)`,
    [replacementId],
  )
  return rowCount === 1
}

type RelayKey = { chainId: number; hash: string }

/** Whether no node has ever accepted bytes of its nonce, and payouts of a workspace in it are stopped. */
export async function isStopped({ chainId, hash }: RelayKey): Promise<boolean> {
  const { rowCount } = await pool().query(
    `select 1 from relayer_transactions t where t.chain_id = $1 and t.hash = $2 and t.purpose = 'payout' and exists (
         select 1 from payout_relays r join workspace_policies k on k.workspace_id = r.workspace_id and k.killed_at is not null
           where r.chain_id = t.chain_id and r.relayer = t.relayer and r.nonce = t.nonce) and not exists (
         select 1 from relayer_transactions o
           where o.chain_id = t.chain_id and o.relayer = t.relayer and o.nonce = t.nonce and o.sent_at is not null)`,
    [chainId, hash],
  )
  return rowCount === 1
}

/** The first sending starts the clock of a transaction; sending again does not, or a stuck one would never be bumped. */
export async function markSent({ chainId, hash }: RelayKey): Promise<void> {
  await pool().query(
    `update relayer_transactions set status = 'sent', sent_at = coalesce(sent_at, now()), last_error = null
     where chain_id = $1 and hash = $2 and status in ('prepared', 'sent')`,
    [chainId, hash],
  )
}

export async function markSendFailed({ chainId, hash, error }: RelayKey & { error: string }): Promise<void> {
  await pool().query('update relayer_transactions set last_error = $3 where chain_id = $1 and hash = $2', [
    chainId,
    hash,
    error.slice(0, 500),
  ])
}

/** A receipt for one hash of a nonce settles all attempts of that nonce. */
export async function markMined({
  chainId,
  hash,
  blockNumber,
  feeWei,
}: {
  chainId: number
  hash: string
  blockNumber: bigint
  feeWei: bigint
}): Promise<void> {
  await pool().query(
    `with mined as (
       update relayer_transactions set status = 'mined', block_number = $3, mined_at = now(), fee_wei = $4
       where chain_id = $1 and hash = $2
       returning chain_id, relayer, nonce, id)
     update relayer_transactions other set status = 'replaced' from mined
     where other.chain_id = mined.chain_id and other.relayer = mined.relayer and other.nonce = mined.nonce and other.id <> mined.id
       and other.status in ('prepared', 'sent')`,
    [chainId, hash, blockNumber, feeWei],
  )
}

/**
 * What a reorganisation took back, or was given up too early, is open again, and the same bytes are sent again. What was sent before counts as
 * sent, so that a stop does not take it for new. False when it is open.
 */
export async function reopen({ chainId, hash }: RelayKey): Promise<boolean> {
  const { rowCount } = await pool().query(
    `update relayer_transactions set status = 'prepared', block_number = null, mined_at = null, dropped_at = null, fee_wei = null,
       waits_since_block = null,
       sent_at = case when coalesce(sent_at, mined_at) is not null then now() - make_interval(secs => $3) end
     where chain_id = $1 and hash = $2 and status in ('mined', 'dropped', 'replaced')`,
    [chainId, hash, RESEND_AFTER_SECONDS],
  )
  return rowCount === 1
}

type Lost = Pick<RelayTransaction, 'id' | 'relayer' | 'nonce' | 'hash' | 'fees'> & {
  /** Payouts that do not count as mined: nothing is open for them, so that they are in another transaction by now, or go into one. */
  isGivenUp: boolean
}

/** Nonces from the chain's count on that can be reached and of which nothing is open, each with the transaction that was mined or else its newest. */
export async function listLost({
  chainId,
  relayer,
  minedNonce,
}: {
  chainId: number
  relayer: string
  minedNonce: bigint
}): Promise<Lost[]> {
  const { rows } = await pool().query<Row & { is_given_up: boolean }>(
    `select distinct on (t.nonce) t.id, t.relayer, t.nonce, t.hash, t.max_fee_per_gas, t.max_priority_fee_per_gas,
       t.purpose = 'payout' and t.status <> 'mined' as is_given_up
     from relayer_transactions t
     where t.chain_id = $1 and t.relayer = $2 and t.nonce >= $3 and t.nonce < $3 + $4::bigint and not exists (
       select 1 from relayer_transactions o where o.chain_id = t.chain_id and o.relayer = t.relayer and o.nonce = t.nonce
         and o.status in ('prepared', 'sent'))
     order by t.nonce, (t.status = 'mined') desc, t.max_fee_per_gas desc limit 100`,
    [chainId, relayer, minedNonce, UNREACHABLE_AHEAD],
  )
  return rows.map(({ id, relayer: address, nonce, hash, ...row }) => ({
    ...{ id, relayer: address, nonce, hash, isGivenUp: row.is_given_up },
    fees: { maxFeePerGas: row.max_fee_per_gas, maxPriorityFeePerGas: row.max_priority_fee_per_gas },
  }))
}

/** All hashes that a nonce was ever sent under. */
export async function listAttempts({
  chainId,
  relayer,
  nonce,
}: {
  chainId: number
  relayer: string
  nonce: bigint
}): Promise<`0x${string}`[]> {
  const { rows } = await pool().query<{ hash: `0x${string}` }>(
    'select hash from relayer_transactions where chain_id = $1 and relayer = $2 and nonce = $3 order by created_at',
    [chainId, relayer, nonce],
  )
  return rows.map(({ hash }) => hash)
}

export async function markDropped(id: string): Promise<void> {
  await pool().query(
    `update relayer_transactions set status = 'dropped', dropped_at = now() where id = $1 and status in ('prepared', 'sent')`,
    [id],
  )
}

type Row = {
  id: string
  relayer: `0x${string}`
  nonce: bigint
  purpose: string
  reference: string
  hash: `0x${string}`
  raw_transaction: `0x${string}`
  max_fee_per_gas: bigint
  max_priority_fee_per_gas: bigint
  gas_limit: bigint
  seconds_since_sent: number | null
  seconds_since_stored: number
  waits_since_block: bigint | null
}

/** Open transactions of a relayer in the order of their nonces. */
export async function listOpenRelays({
  chainId,
  relayer,
}: {
  chainId: number
  relayer: string
}): Promise<RelayTransaction[]> {
  const { rows } = await pool().query<Row>(
    `select id, relayer, nonce, purpose, reference, hash, raw_transaction, max_fee_per_gas, max_priority_fee_per_gas, gas_limit,
       waits_since_block, extract(epoch from now() - sent_at)::float8 as seconds_since_sent,
       extract(epoch from now() - created_at)::float8 as seconds_since_stored
     from relayer_transactions where chain_id = $1 and relayer = $2 and status in ('prepared', 'sent') order by nonce, created_at limit 100`,
    [chainId, relayer],
  )
  return rows.map(toRelayTransaction)
}

type Ended = { hash: `0x${string}`; status: 'mined' | 'dropped' }

/** Mined or given up in the last minutes, the newest nonce first: a reorganisation or a late block could still change it. */
export async function listRecentlyEnded({
  chainId,
  relayer,
}: {
  chainId: number
  relayer: string
}): Promise<Ended[]> {
  const { rows } = await pool().query<Ended>(
    `select hash, status from relayer_transactions
     where chain_id = $1 and relayer = $2 and status in ('mined', 'dropped') and coalesce(mined_at, dropped_at) > now() - interval '5 minutes'
     order by nonce desc limit 100`,
    [chainId, relayer],
  )
  return rows
}

/** The block from which on a transaction is the next of its relayer to be mined. */
export async function markNext({ id, block }: { id: string; block: bigint }): Promise<void> {
  await pool().query(
    'update relayer_transactions set waits_since_block = $2 where id = $1 and waits_since_block is null',
    [id, block],
  )
}

/** The newest block in which one of these is recorded as mined; null when none is. */
export async function findNewestBlock(hashes: readonly string[]): Promise<bigint | null> {
  const { rows } = await pool().query<{ newest: bigint | null }>(
    `select max(block_number) as newest from relayer_transactions where hash = any($1) and status = 'mined'`,
    [hashes],
  )
  return rows[0]?.newest ?? null
}

/** Every hash that an intent ever had. */
export async function listHashes({
  purpose,
  reference,
}: {
  purpose: string
  reference: string
}): Promise<{ hash: `0x${string}`; isOpen: boolean }[]> {
  const { rows } = await pool().query<{ hash: `0x${string}`; is_open: boolean }>(
    `select hash, status in ('prepared', 'sent') as is_open from relayer_transactions where purpose = $1 and reference = $2 order by created_at`,
    [purpose, reference],
  )
  return rows.map((row) => ({ hash: row.hash, isOpen: row.is_open }))
}

function toRelayTransaction(row: Row): RelayTransaction {
  return {
    id: row.id,
    relayer: row.relayer,
    nonce: row.nonce,
    purpose: row.purpose,
    reference: row.reference,
    hash: row.hash,
    raw: row.raw_transaction,
    fees: { maxFeePerGas: row.max_fee_per_gas, maxPriorityFeePerGas: row.max_priority_fee_per_gas },
    gasLimit: row.gas_limit,
    secondsSinceSent: row.seconds_since_sent,
    secondsSinceStored: row.seconds_since_stored,
    waitsSinceBlock: row.waits_since_block,
  }
}
