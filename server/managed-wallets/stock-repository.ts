import { inTransaction, openConnection, pool } from '@/server/core/db'
import type { NewKey, WalletSignerKind } from './managed-wallet'

// The first key of the two-part advisory lock; the second is the chain id.
const STOCK_LOCK = 7273
const ASSIGN_BATCH = 100

type Of = { chainId: number; signer: WalletSignerKind }

/** How many wallets of this signer wait for a workspace, and whether a live workspace waits for a wallet. */
export async function readStock({ chainId, signer }: Of): Promise<{ unused: number; isShort: boolean }> {
  const { rows } = await pool().query<{ unused: number; isShort: boolean }>({
    name: 'read-managed-wallet-stock',
    text: `select (select count(*)::int from managed_wallets where chain_id = $1 and workspace_id is null and signer = $2::wallet_signer) as unused,
             exists (select 1 from workspaces w where w.deleted_at is null and not exists (
               select 1 from managed_wallets m where m.workspace_id = w.id and m.chain_id = $1)) as "isShort"`,
    values: [chainId, signer],
  })
  const [row] = rows
  if (!row) throw new Error('a query that always answers did not')
  return row
}

/**
 * Runs `work` while no other worker stocks wallets of this chain; null when another one does. The lock is that of a connection of its
 * own, since making keys asks services, and PostgreSQL frees it when the process dies.
 */
export async function whileStocking<T>(chainId: number, work: () => Promise<T>): Promise<T | null> {
  const client = await openConnection({ purpose: 'wallet-stock' })
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1, $2) as locked',
      [STOCK_LOCK, chainId],
    )
    return rows[0]?.locked ? await work() : null
  } finally {
    await client.end().catch(() => {})
  }
}

/** Puts a new wallet into the stock; false when there is one of this address already. */
export async function insertStock(
  chainId: number,
  { address, signer, keyReference }: NewKey,
): Promise<boolean> {
  const { rowCount } = await pool().query(
    `insert into managed_wallets (chain_id, address, signer, key_reference) values ($1, $2, $3, $4)
     on conflict (chain_id, address) do nothing`,
    [chainId, address, signer, keyReference],
  )
  return rowCount === 1
}

type SealedKey = Pick<NewKey, 'address' | 'keyReference'>

/** Keys of the stock that are sealed here. */
export async function listLocalStock(chainId: number): Promise<SealedKey[]> {
  const { rows } = await pool().query<SealedKey>({
    name: 'list-local-managed-wallet-stock',
    text: `select address, key_reference as "keyReference" from managed_wallets
            where chain_id = $1 and workspace_id is null and signer = 'local'`,
    values: [chainId],
  })
  return rows
}

/** Takes wallets out of the stock. Nobody has seen the address of one without a workspace, so nothing can be in it. */
export async function discardStock(chainId: number, keys: readonly SealedKey[]): Promise<number> {
  const { rowCount } = await pool().query(
    `delete from managed_wallets where chain_id = $1 and workspace_id is null and address = any($2)`,
    [chainId, keys.map(({ address }) => address)],
  )
  return rowCount ?? 0
}

/** Gives wallets of the stock to live workspaces that have none, the oldest first, and answers how many. */
export async function assignStock({ chainId, signer }: Of): Promise<number> {
  return inTransaction(async (client) => {
    const { rowCount } = await client.query(
      `with short as (
         select w.id, row_number() over (order by w.created_at, w.id) as place from workspaces w
          where w.deleted_at is null and not exists (
            select 1 from managed_wallets m where m.workspace_id = w.id and m.chain_id = $1)
          order by w.created_at, w.id limit $3),
       unused as (
         select chain_id, address, created_at from managed_wallets
          where chain_id = $1 and workspace_id is null and signer = $2::wallet_signer
          order by created_at limit $3 for update skip locked),
       numbered as (select chain_id, address, row_number() over (order by created_at, address) as place from unused)
       update managed_wallets m set workspace_id = s.id, assigned_at = now()
         from numbered n join short s using (place)
        where m.chain_id = n.chain_id and m.address = n.address`,
      [chainId, signer, ASSIGN_BATCH],
    )
    return rowCount ?? 0
  })
}
