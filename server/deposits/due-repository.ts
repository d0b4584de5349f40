import type { StoredAddress } from '@/domain/address'
import { DEPOSIT_CONFIRMATIONS, type DepositStatus } from '@/domain/deposits'
import { pool } from '@/server/core/db'

export type DueDeposit = {
  id: string
  leaseVersion: number
  chainId: number
  txHash: `0x${string}`
  position: number
  asset: string
  receiver: StoredAddress
  status: Exclude<DepositStatus, 'returned' | 'x402'>
  blockNumber: bigint | null
  blockHash: string | null
  sender: string
  amount: bigint
  ageSeconds: number
}

/** For so many blocks after it is deep enough a deposit is tried at every round, then only when its time comes. */
const EAGER_BLOCKS = 16

/**
 * Takes deposits that the worker has to look at, with a fenced lease: those whose time has come, those whose block is deep enough
 * now, and those whose block the watcher has seen replaced. What waits for its credit comes first. A row whose worker died falls due again.
 */
export async function claimDueDeposits({
  chainId,
  limit,
  leaseSeconds,
}: {
  chainId: number
  limit: number
  leaseSeconds: number
}): Promise<DueDeposit[]> {
  const { rows } = await pool().query<DueDeposit>(
    `with head as (
       select greatest((select head_block from chain_cursors where chain_id = $1),
                       (select max(block_number) from deposit_cursors where chain_id = $1)) as number
     ), due as (
       select d.id from deposits d, head
        where d.chain_id = $1
          and (d.status in ('pending', 'reversed') or (d.status in ('credited', 'unattributed') and d.final_at is null))
          and (d.next_check_at <= now()
            or (d.status in ('pending', 'reversed')
              and d.block_number between head.number - $4::int + 1 - $5::int and head.number - $4::int + 1)
            or exists (select 1 from chain_blocks b
                        where b.chain_id = d.chain_id and b.number = d.block_number and b.hash <> d.block_hash))
          and (d.lease_until is null or d.lease_until < now())
        order by d.status in ('credited', 'unattributed'), d.next_check_at limit $2 for update of d skip locked
     )
     update deposits d set lease_until = now() + make_interval(secs => $3), lease_version = d.lease_version + 1
       from due where d.id = due.id
     returning d.id, d.lease_version as "leaseVersion", d.chain_id as "chainId", d.tx_hash as "txHash", d.position, d.asset,
       d.receiver, d.status, d.block_number as "blockNumber", d.block_hash as "blockHash", d.sender, d.amount,
       extract(epoch from now() - d.created_at)::float8 as "ageSeconds"`,
    [chainId, limit, leaseSeconds, DEPOSIT_CONFIRMATIONS, EAGER_BLOCKS],
  )
  return rows
}

type Lease = { id: string; leaseVersion: number }

/** Gives the lease back and says when to look again. */
export async function postponeDeposit({
  id,
  leaseVersion,
  seconds,
}: Lease & { seconds: number }): Promise<void> {
  await pool().query(
    `update deposits set lease_until = null, next_check_at = now() + make_interval(secs => $3)
      where id = $1 and lease_version = $2`,
    [id, leaseVersion, seconds],
  )
}

/** No reorganisation can take this block back any more, so nobody needs to look again. */
export async function finishDeposit({
  id,
  leaseVersion,
  blockHash,
}: Lease & { blockHash: string }): Promise<void> {
  await pool().query(
    `update deposits set lease_until = null, final_at = now()
      where id = $1 and lease_version = $2 and block_hash = $3 and status in ('credited', 'unattributed')`,
    [id, leaseVersion, blockHash],
  )
}

/** A credit whose transaction was included again, deep, in another block: the same credit, carried by that block. */
export async function moveCreditedDeposit({
  id,
  leaseVersion,
  block,
  logIndex,
}: Lease & {
  block: { number: bigint; hash: string; timestamp: bigint }
  logIndex: number
}): Promise<void> {
  await pool().query(
    `update deposits set block_number = $3, block_hash = $4, block_time = to_timestamp($5), log_index = $6, lease_until = null,
            next_check_at = now() + interval '10 seconds', updated_at = now()
      where id = $1 and lease_version = $2 and status = 'credited'`,
    [id, leaseVersion, block.number, block.hash, Number(block.timestamp), logIndex],
  )
}

/** After a reorganisation everything that is not final is looked at now. */
export async function wakeDeposits({ chainId }: { chainId: number }): Promise<void> {
  await pool().query(
    `update deposits set next_check_at = now()
      where chain_id = $1 and next_check_at > now()
        and (status in ('pending', 'reversed') or (status in ('credited', 'unattributed') and final_at is null))`,
    [chainId],
  )
}
