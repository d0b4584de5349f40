import { pool } from '@/server/core/db'

export type CursorRow = {
  startBlock: bigint
  headBlock: bigint
  finalBlock: bigint
  backfillTo: bigint | null
  updatedAt: Date
}

type RelayerRow = {
  address: string
  nextNonce: bigint
  gasBalance: bigint | null
  checkedAt: Date | null
}

export async function findCursor(chainId: number): Promise<CursorRow | null> {
  const { rows } = await pool().query<CursorRow>(
    `select start_block as "startBlock", head_block as "headBlock", final_block as "finalBlock",
            backfill_to as "backfillTo", updated_at as "updatedAt"
       from chain_cursors where chain_id = $1`,
    [chainId],
  )
  return rows[0] ?? null
}

export async function selectRelayers(chainId: number): Promise<RelayerRow[]> {
  const { rows } = await pool().query<RelayerRow>(
    `select address, next_nonce as "nextNonce", gas_balance as "gasBalance", checked_at as "checkedAt"
       from relayer_accounts where chain_id = $1 order by address`,
    [chainId],
  )
  return rows
}

export async function pingDatabase(): Promise<void> {
  await pool().query('select 1')
}
