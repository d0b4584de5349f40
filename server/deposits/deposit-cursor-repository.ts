import { pool } from '@/server/core/db'

export type DepositCursor = { number: bigint; hash: string; leaseVersion: number }

type CursorOf = { chainId: number; receiver: string }
type Block = { number: bigint; hash: string }

/** The cursor with a fenced lease; `held` while another worker has it, null when there is none yet. */
export async function takeDepositCursor({
  chainId,
  receiver,
  leaseSeconds,
}: CursorOf & { leaseSeconds: number }): Promise<DepositCursor | 'held' | null> {
  const { rows } = await pool().query<DepositCursor>(
    `update deposit_cursors set lease_until = now() + make_interval(secs => $3), lease_version = lease_version + 1
      where chain_id = $1 and receiver = $2 and (lease_until is null or lease_until < now())
     returning block_number as number, block_hash as hash, lease_version as "leaseVersion"`,
    [chainId, receiver, leaseSeconds],
  )
  if (rows[0]) return rows[0]
  const { rowCount } = await pool().query(
    'select 1 from deposit_cursors where chain_id = $1 and receiver = $2',
    [chainId, receiver],
  )
  return rowCount === 1 ? 'held' : null
}

/** Starts a cursor behind `block`, unless there is one. */
export async function insertDepositCursor({ chainId, receiver, block }: CursorOf & { block: Block }) {
  await pool().query(
    `insert into deposit_cursors (chain_id, receiver, block_number, block_hash) values ($1, $2, $3, $4) on conflict do nothing`,
    [chainId, receiver, block.number, block.hash],
  )
}

/** Moves the cursor and keeps the lease. False when the lease was lost meanwhile: then another worker reads on. */
export async function moveDepositCursor({
  chainId,
  receiver,
  leaseVersion,
  block,
  leaseSeconds,
}: CursorOf & { leaseVersion: number; block: Block; leaseSeconds: number }): Promise<boolean> {
  const { rowCount } = await pool().query(
    `update deposit_cursors set block_number = $4, block_hash = $5, updated_at = now(),
            lease_until = now() + make_interval(secs => $6)
      where chain_id = $1 and receiver = $2 and lease_version = $3`,
    [chainId, receiver, leaseVersion, block.number, block.hash, leaseSeconds],
  )
  return rowCount === 1
}

export async function releaseDepositCursor({
  chainId,
  receiver,
  leaseVersion,
}: CursorOf & { leaseVersion: number }): Promise<void> {
  await pool().query(
    'update deposit_cursors set lease_until = null where chain_id = $1 and receiver = $2 and lease_version = $3',
    [chainId, receiver, leaseVersion],
  )
}
