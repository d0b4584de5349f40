import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import type { WalletNoncePurpose } from '@/domain/agent-api'
import { pool } from '@/server/core/db'

type NewNonce = {
  nonce: string
  address: StoredAddress
  purpose: WalletNoncePurpose
  agentId: string | null
  message: string
  ttlSeconds: number
}

/** Stores an issued message and clears a few dead ones with it, so that the table stays small without a sweep of its own. */
export async function insertWalletNonce(issued: NewNonce): Promise<Date> {
  const { rows } = await pool().query<{ expires_at: Date }>({
    name: 'insert-agent-wallet-nonce',
    text: `with swept as (
             delete from agent_wallet_nonces where nonce in (
               select nonce from agent_wallet_nonces where expires_at < now() - interval '1 hour'
               order by expires_at limit 10 for update skip locked)
           )
           insert into agent_wallet_nonces (nonce, address, purpose, agent_id, message, expires_at)
           values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) returning expires_at`,
    values: [issued.nonce, issued.address, issued.purpose, issued.agentId, issued.message, issued.ttlSeconds],
  })
  return (rows[0] as { expires_at: Date }).expires_at
}

type NonceRow = {
  message: string
  purpose: WalletNoncePurpose
  agentId: string | null
  isLive: boolean
  now: Date
}

/** An issued message that was not used. Reading it uses nothing up. */
export async function findWalletNonce(nonce: string): Promise<NonceRow | null> {
  const { rows } = await pool().query<NonceRow>({
    name: 'find-agent-wallet-nonce',
    text: `select message, purpose, agent_id as "agentId", expires_at > now() as "isLive", now()
             from agent_wallet_nonces where nonce = $1`,
    values: [nonce],
  })
  return rows[0] ?? null
}

/** Uses an issued message up. Of any number of transactions at once one is told true. */
export async function takeWalletNonce(client: pg.PoolClient, nonce: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'delete from agent_wallet_nonces where nonce = $1 and expires_at > now()',
    [nonce],
  )
  return rowCount === 1
}
