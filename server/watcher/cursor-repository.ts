import type pg from 'pg'
import type { Hex } from 'viem'
import type { StoredAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import type { BlockRef, Cursor } from './watcher'

type CursorRow = {
  settlement: string
  startBlock: bigint
  baseHash: Hex | null
  headBlock: bigint
  headHash: Hex
  finalBlock: bigint
}

export type StoredCursor = Cursor & { settlement: string }

/** Another writer moved the cursor first: this one's view of the chain is old and nothing of it was written. */
export class CursorMoved extends Error {
  override readonly name = 'CursorMoved'
}

export async function findCursor(chainId: number): Promise<StoredCursor | null> {
  const { rows } = await pool().query<CursorRow>(
    `select c.settlement, c.start_block as "startBlock", b.hash as "baseHash", c.head_block as "headBlock",
            c.head_hash as "headHash", c.final_block as "finalBlock"
       from chain_cursors c
       left join chain_blocks b on b.chain_id = c.chain_id and b.number = c.start_block - 1
      where c.chain_id = $1`,
    [chainId],
  )
  const [row] = rows
  if (!row) return null
  return {
    settlement: row.settlement,
    base: { number: row.startBlock - 1n, hash: row.baseHash ?? '0x' },
    head: { number: row.headBlock, hash: row.headHash },
    finalBlock: row.finalBlock,
  }
}

/** Starts a cursor behind `base`, the block before the first one to read. A cursor that exists stays as it is. */
export async function insertCursor({
  chainId,
  settlement,
  base,
}: {
  chainId: number
  settlement: StoredAddress
  base: BlockRef & { parentHash: Hex; timestamp: bigint }
}): Promise<void> {
  await pool().query(
    `with block as (
       insert into chain_blocks (chain_id, number, hash, parent_hash, timestamp)
       values ($1, $3, $4, $5, to_timestamp($6)) on conflict do nothing
     )
     insert into chain_cursors (chain_id, settlement, start_block, head_block, head_hash, final_block)
     values ($1, $2, $3::bigint + 1, $3, $4, $3) on conflict do nothing`,
    [chainId, settlement, base.number, base.hash, base.parentHash, Number(base.timestamp)],
  )
}

/**
 * Moves the cursor from the block that the writer has seen last, and keeps the row locked until the transaction ends, so
 * that of two writers with one view only the first succeeds. Throws `CursorMoved`.
 */
export async function moveCursor(
  client: pg.PoolClient,
  { chainId, from, to, finalBlock }: { chainId: number; from: BlockRef; to: BlockRef; finalBlock: bigint },
): Promise<void> {
  const { rowCount } = await client.query(
    `update chain_cursors set head_block = $4, head_hash = $5, final_block = $6, updated_at = now()
      where chain_id = $1 and head_block = $2 and head_hash = $3`,
    [chainId, from.number, from.hash, to.number, to.hash, finalBlock],
  )
  if (rowCount !== 1) throw new CursorMoved(`the cursor is not at block ${from.number} any more`)
}

export async function insertBlock(
  client: pg.PoolClient,
  chainId: number,
  block: BlockRef & { parentHash: Hex; timestamp: bigint },
): Promise<void> {
  await client.query(
    `insert into chain_blocks (chain_id, number, hash, parent_hash, timestamp)
     values ($1, $2, $3, $4, to_timestamp($5))
     on conflict (chain_id, number)
     do update set hash = excluded.hash, parent_hash = excluded.parent_hash, timestamp = excluded.timestamp`,
    [chainId, block.number, block.hash, block.parentHash, Number(block.timestamp)],
  )
}

export async function deleteBlocksAbove(
  client: pg.PoolClient,
  chainId: number,
  number: bigint,
): Promise<void> {
  await client.query('delete from chain_blocks where chain_id = $1 and number > $2', [chainId, number])
}

/** The blocks that were read, newest first, down to the base. */
export async function selectKnownBlocks(chainId: number): Promise<BlockRef[]> {
  const { rows } = await pool().query<BlockRef>(
    'select number, hash from chain_blocks where chain_id = $1 order by number desc limit 2000',
    [chainId],
  )
  return rows
}

/** Null when no backfill runs. */
export async function setBackfillTarget(chainId: number, target: bigint | null): Promise<void> {
  await pool().query('update chain_cursors set backfill_to = $2 where chain_id = $1', [chainId, target])
}

/** Keeps the newest 512 blocks and the base: a fork older than that is looked for at the base. */
export async function deleteOldBlocks(): Promise<void> {
  await pool().query(
    `delete from chain_blocks b using chain_cursors c
      where b.chain_id = c.chain_id and b.number < c.head_block - 512 and b.number <> c.start_block - 1`,
  )
}

/** Locks the cursor's row until the transaction ends. False when blocks up to `finalBlock` are not final any more. */
export async function holdCursor(
  client: pg.PoolClient,
  { chainId, finalBlock }: { chainId: number; finalBlock: bigint },
): Promise<boolean> {
  const { rows } = await client.query(
    'select 1 from chain_cursors where chain_id = $1 and final_block >= $2 for update',
    [chainId, finalBlock],
  )
  return rows.length === 1
}
