import type { StoredAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import type { BlockRef } from './watcher'

export type TrackedPool = { workspaceId: string; account: StoredAddress; balance: bigint }

type Row = {
  number: bigint
  hash: BlockRef['hash']
  isBackfilling: boolean
  workspaceId: string | null
  account: StoredAddress | null
  balance: bigint | null
}

/**
 * The pools of all live workspaces by their events, final and pending, and the block that these events reach: all of one
 * snapshot. Null before the watcher has started.
 */
export async function readTrackedPools(
  chainId: number,
): Promise<{ block: BlockRef; isBackfilling: boolean; pools: TrackedPool[] } | null> {
  const { rows } = await pool().query<Row>(
    `select c.head_block as number, c.head_hash as hash, c.backfill_to is not null as "isBackfilling",
            w.id as "workspaceId", w.wallet_address as account,
            coalesce(b.balance, 0) + coalesce((
              select sum(p.pool_delta) from pending_events p
               where p.chain_id = c.chain_id and p.account = w.wallet_address), 0) as balance
       from chain_cursors c
       left join workspaces w on w.deleted_at is null
       left join pool_balances b on b.chain_id = c.chain_id and b.account = w.wallet_address
      where c.chain_id = $1
      order by w.wallet_address`,
    [chainId],
  )
  const [first] = rows
  if (!first) return null
  const pools = rows.flatMap(({ workspaceId, account, balance }) =>
    workspaceId && account && balance !== null ? [{ workspaceId, account, balance }] : [],
  )
  return { block: { number: first.number, hash: first.hash }, isBackfilling: first.isBackfilling, pools }
}
