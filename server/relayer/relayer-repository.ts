import { pool } from '@/server/core/db'
import type { RelayFees } from './relayer'

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
}

/** Registers a relayer key's address; its next nonce never goes below what the chain has mined. */
export async function upsertRelayerAccount({
  chainId,
  address,
  minedNonce,
}: {
  chainId: number
  address: string
  minedNonce: bigint
}) {
  await pool().query(
    `insert into relayer_accounts (chain_id, address, next_nonce) values ($1, $2, $3)
     on conflict (chain_id, address) do update set next_nonce = greatest(relayer_accounts.next_nonce, excluded.next_nonce)`,
    [chainId, address, minedNonce],
  )
}

export async function findNextNonce({
  chainId,
  address,
}: {
  chainId: number
  address: string
}): Promise<bigint | null> {
  const { rows } = await pool().query<{ next_nonce: bigint }>(
    'select next_nonce from relayer_accounts where chain_id = $1 and address = $2',
    [chainId, address],
  )
  return rows[0]?.next_nonce ?? null
}

/** Whether any worker has registered a key that pays gas on this chain. */
export async function existsRelayerAccount(chainId: number): Promise<boolean> {
  const { rowCount } = await pool().query('select 1 from relayer_accounts where chain_id = $1 limit 1', [
    chainId,
  ])
  return rowCount === 1
}

/** The relayer addresses of this chain, the one whose gas was looked at last first. */
export async function listRelayerAddresses(chainId: number): Promise<`0x${string}`[]> {
  const { rows } = await pool().query<{ address: `0x${string}` }>(
    'select address from relayer_accounts where chain_id = $1 order by checked_at desc nulls last, address',
    [chainId],
  )
  return rows.map(({ address }) => address)
}

export async function recordGasBalance({
  chainId,
  address,
  balance,
}: {
  chainId: number
  address: string
  balance: bigint
}) {
  await pool().query(
    'update relayer_accounts set gas_balance = $3, checked_at = now() where chain_id = $1 and address = $2',
    [chainId, address, balance],
  )
}

/** Stores a replacement of the same nonce with higher fees and marks the one it replaces; both hashes are kept. False when that is not open any more. */
export async function insertReplacement(
  previousId: string,
  next: { hash: string; raw: string; fees: RelayFees },
): Promise<boolean> {
  const { rowCount } = await pool().query(
    `with previous as (
       update relayer_transactions set status = 'replaced' where id = $1 and status in ('prepared', 'sent') returning *)
     insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction,
       max_fee_per_gas, max_priority_fee_per_gas, gas_limit, workspace_id)
     select chain_id, relayer, nonce, purpose, reference, $2, $3, $4, $5, gas_limit, workspace_id from previous`,
    [previousId, next.hash, next.raw, next.fees.maxFeePerGas, next.fees.maxPriorityFeePerGas],
  )
  return rowCount === 1
}

type RelayKey = { chainId: number; hash: string }

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

/** What a reorganisation took back, or was given up too early, is open again, and the same bytes are sent again. */
export async function reopen({ chainId, hash }: { chainId: number; hash: string }): Promise<void> {
  await pool().query(
    `update relayer_transactions set status = 'prepared', sent_at = null, block_number = null, mined_at = null, fee_wei = null
     where chain_id = $1 and hash = $2 and status in ('mined', 'dropped', 'replaced')`,
    [chainId, hash],
  )
}

/** Nonces from the chain's count on of which nothing is open, each with the transaction that was mined or else its newest. */
export async function listLost({
  chainId,
  relayer,
  minedNonce,
}: {
  chainId: number
  relayer: string
  minedNonce: bigint
}): Promise<{ nonce: bigint; hash: `0x${string}` }[]> {
  const { rows } = await pool().query<{ nonce: bigint; hash: `0x${string}` }>(
    `select distinct on (t.nonce) t.nonce, t.hash from relayer_transactions t
     where t.chain_id = $1 and t.relayer = $2 and t.nonce >= $3 and not exists (
       select 1 from relayer_transactions o where o.chain_id = t.chain_id and o.relayer = t.relayer and o.nonce = t.nonce
         and o.status in ('prepared', 'sent'))
     order by t.nonce, (t.status = 'mined') desc, t.max_fee_per_gas desc limit 100`,
    [chainId, relayer, minedNonce],
  )
  return rows
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
    `update relayer_transactions set status = 'dropped' where id = $1 and status in ('prepared', 'sent')`,
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
       extract(epoch from now() - sent_at)::float8 as seconds_since_sent
     from relayer_transactions where chain_id = $1 and relayer = $2 and status in ('prepared', 'sent') order by nonce, created_at limit 100`,
    [chainId, relayer],
  )
  return rows.map(toRelayTransaction)
}

/** Mined in the last minutes, the newest nonce first: a reorganisation could still take them back. */
export async function listRecentlyMined({
  chainId,
  relayer,
}: {
  chainId: number
  relayer: string
}): Promise<`0x${string}`[]> {
  const { rows } = await pool().query<{ hash: `0x${string}` }>(
    `select hash from relayer_transactions
     where chain_id = $1 and relayer = $2 and status = 'mined' and mined_at > now() - interval '5 minutes' order by nonce desc limit 100`,
    [chainId, relayer],
  )
  return rows.map(({ hash }) => hash)
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
  }
}
