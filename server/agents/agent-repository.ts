import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import type { Actor } from '@/server/audit'

type NewAgent = {
  id: string
  workspaceId: string | null
  name: string
  origin: 'registered' | 'wallet' | 'console'
  clientInfo?: string | null
  userCode?: string
  walletAddress?: StoredAddress
  monthlyLimit?: bigint | null
  expiresAt?: Date | null
  createdBy?: StoredAddress
}

export async function insertAgent(client: pg.PoolClient, agent: NewAgent): Promise<void> {
  await client.query(
    `insert into agents (id, workspace_id, name, origin, client_info, user_code, wallet_address, monthly_limit, expires_at,
                         created_by, linked_at, linked_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
             case when $2::uuid is not null then now() end, case when $2::uuid is not null then $10 end)`,
    [
      agent.id,
      agent.workspaceId,
      agent.name,
      agent.origin,
      agent.clientInfo ?? null,
      agent.userCode ?? null,
      agent.walletAddress ?? null,
      agent.monthlyLimit ?? null,
      agent.expiresAt ?? null,
      agent.createdBy ?? null,
    ],
  )
}

/**
 * The live agent that a wallet may take back, with its row locked, or null: the one it registered, else the oldest it is
 * linked to in the workspace that is its own. Another workspace's agent is never found by the wallet that pays for it.
 */
export async function findWalletAgent(
  client: pg.PoolClient,
  { address, workspaceId }: { address: StoredAddress; workspaceId: string },
): Promise<{ id: string; name: string } | null> {
  const { rows } = await client.query<{ id: string; name: string }>(
    `select a.id, a.name
       from agents a
       join workspaces w on w.id = a.workspace_id
       left join agent_wallets l on l.agent_id = a.id and l.address = $1
      where a.workspace_id = $2 and a.revoked_at is null and a.deleted_at is null
        and (a.wallet_address = $1 or (l.address is not null and w.wallet_address = $1))
      order by (a.wallet_address = $1) desc nulls last, a.created_at, a.id
      limit 1 for no key update of a`,
    [address, workspaceId],
  )
  return rows[0] ?? null
}

type OfWorkspace = { agentId: string; workspaceId: string }

export type LockedAgent = {
  name: string
  monthlyLimit: bigint | null
  expiresAt: Date | null
  revokedAt: Date | null
}

/** An agent of the workspace, with its row locked, or null. */
export async function lockAgent(
  client: pg.PoolClient,
  { agentId, workspaceId }: OfWorkspace,
): Promise<LockedAgent | null> {
  const { rows } = await client.query<LockedAgent>(
    `select name, monthly_limit as "monthlyLimit", expires_at as "expiresAt", revoked_at as "revokedAt" from agents
      where id = $1 and workspace_id = $2 and deleted_at is null for no key update`,
    [agentId, workspaceId],
  )
  return rows[0] ?? null
}

export async function updateAgentRow(
  client: pg.PoolClient,
  { agentId, name, monthlyLimit, expiresAt }: { agentId: string } & Omit<LockedAgent, 'revokedAt'>,
): Promise<void> {
  await client.query('update agents set name = $2, monthly_limit = $3, expires_at = $4 where id = $1', [
    agentId,
    name,
    monthlyLimit,
    expiresAt,
  ])
}

export async function markRevoked(
  client: pg.PoolClient,
  { agentId, by }: { agentId: string; by: StoredAddress },
): Promise<void> {
  await client.query('update agents set revoked_at = now(), revoked_by = $2 where id = $1', [agentId, by])
}

/** Revokes its mandates and fails its payouts that nobody has begun to sign. */
export async function stopSpending(
  client: pg.PoolClient,
  { agentId, actor }: { agentId: string; actor: Actor },
): Promise<void> {
  await client.query('select agent_stop_spending($1, $2, $3)', [agentId, actor.address, actor.requestId])
}

type Link = OfWorkspace & { by: StoredAddress; monthlyLimit: bigint | null; expiresAt: Date | null }

/** Gives an unlinked agent to a workspace: of any number at once the first. Null when it is linked, gone or unknown. */
export async function linkUnlinked(
  client: pg.PoolClient,
  { agentId, workspaceId, by, monthlyLimit, expiresAt }: Link,
): Promise<{ name: string } | null> {
  const { rows } = await client.query<{ name: string }>(
    `update agents set workspace_id = $2, linked_at = now(), linked_by = $3, monthly_limit = $4, expires_at = $5
      where id = $1 and workspace_id is null and revoked_at is null and deleted_at is null returning name`,
    [agentId, workspaceId, by, monthlyLimit, expiresAt],
  )
  return rows[0] ?? null
}
