import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import { pool } from '@/server/core/db'

type Linking = { address: StoredAddress; workspaceId: string }

/**
 * Takes the wallet for a workspace and locks its row until the transaction ends. False when another workspace has it: the
 * row's key, the address, admits one.
 */
export async function claimWallet(
  client: pg.PoolClient,
  { address, workspaceId }: Linking,
): Promise<boolean> {
  const { rows } = await client.query<{ workspace_id: string }>(
    `insert into linked_wallets (address, workspace_id) values ($1, $2)
     on conflict (address) do update set address = excluded.address returning workspace_id`,
    [address, workspaceId],
  )
  return rows[0]?.workspace_id === workspaceId
}

type NewLink = Linking & { agentId: string; message: string; signature: string }

/** Links the wallet, or finds it linked: the first signature is kept. `isNew` tells which. */
export async function insertAgentWallet(
  client: pg.PoolClient,
  { agentId, address, workspaceId, message, signature }: NewLink,
): Promise<{ linkedAt: Date; isNew: boolean }> {
  const inserted = await client.query<{ linkedAt: Date }>(
    `insert into agent_wallets (agent_id, address, workspace_id, message, signature) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning linked_at as "linkedAt"`,
    [agentId, address, workspaceId, message, signature],
  )
  const [row] = inserted.rows
  if (row) return { linkedAt: row.linkedAt, isNew: true }
  const { rows } = await client.query<{ linkedAt: Date }>(
    'select linked_at as "linkedAt" from agent_wallets where agent_id = $1 and address = $2',
    [agentId, address],
  )
  return { linkedAt: (rows[0] as { linkedAt: Date }).linkedAt, isNew: false }
}

/** Holds the wallet's row. Whoever locks a wallet and an agent locks the wallet first. */
export async function lockWallet(client: pg.PoolClient, address: StoredAddress): Promise<void> {
  await client.query('select 1 from linked_wallets where address = $1 for update', [address])
}

/** Removes a link of a wallet whose row is held, and with its last agent the wallet's tie to the workspace. False when there was none. */
export async function deleteAgentWallet(
  client: pg.PoolClient,
  { agentId, address, workspaceId }: Linking & { agentId: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    'delete from agent_wallets where agent_id = $1 and address = $2 and workspace_id = $3',
    [agentId, address, workspaceId],
  )
  await client.query(
    `delete from linked_wallets w where w.address = $1
       and not exists (select 1 from agent_wallets a where a.address = w.address)`,
    [address],
  )
  return rowCount === 1
}

export type AgentWalletRow = { address: StoredAddress; linkedAt: Date }

export async function readAgentWallets(agentId: string): Promise<AgentWalletRow[]> {
  const { rows } = await pool().query<AgentWalletRow>({
    name: 'read-agent-wallets',
    text: `select address, linked_at as "linkedAt" from agent_wallets where agent_id = $1
            order by linked_at, address limit 1000`,
    values: [agentId],
  })
  return rows
}
