import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import type { MemberRole, WorkspaceKind } from '@/domain/roles'
import type { CreateWorkspaceInput } from '@/domain/workspace'
import { pool } from '@/server/core/db'

export type WorkspaceRow = {
  id: string
  slug: string
  name: string
  walletAddress: StoredAddress
  roles: WorkspaceKind[]
  createdAt: Date
}

type MembershipListRow = { id: string; slug: string; name: string; role: MemberRole }

const COLUMNS = `id, slug, name, wallet_address as "walletAddress", roles, created_at as "createdAt"`

/** Inserts the workspace and its first OWNER. Null when the slug or the wallet is taken by a live workspace. */
export async function insertWorkspace(
  client: pg.PoolClient,
  { input, owner }: { input: CreateWorkspaceInput; owner: StoredAddress },
): Promise<WorkspaceRow | null> {
  const { rows } = await client.query<WorkspaceRow>(
    `insert into workspaces (slug, name, wallet_address, roles, created_by) values ($1, $2, $3, $4, $3)
     on conflict do nothing returning ${COLUMNS}`,
    [input.slug, input.name, owner, input.roles],
  )
  const [row] = rows
  if (!row) return null
  await client.query(
    `insert into workspace_members (workspace_id, address, role, added_by) values ($1, $2, 'OWNER', $2)`,
    [row.id, owner],
  )
  return row
}

export async function isSlugTaken(slug: string): Promise<boolean> {
  const { rowCount } = await pool().query('select 1 from workspaces where slug = $1 and deleted_at is null', [
    slug,
  ])
  return rowCount === 1
}

export async function findWorkspace(id: string): Promise<WorkspaceRow | null> {
  const { rows } = await pool().query<WorkspaceRow>(
    `select ${COLUMNS} from workspaces where id = $1 and deleted_at is null`,
    [id],
  )
  return rows[0] ?? null
}

/** The live workspace whose wallet this is, or null. */
export async function findIdByWallet(
  client: pg.PoolClient | pg.Pool,
  address: StoredAddress,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    'select id from workspaces where wallet_address = $1 and deleted_at is null',
    [address],
  )
  return rows[0]?.id ?? null
}

export async function renameWorkspace(
  client: pg.PoolClient,
  { id, name }: { id: string; name: string },
): Promise<WorkspaceRow | null> {
  const { rows } = await client.query<WorkspaceRow>(
    `update workspaces set name = $2, updated_at = now() where id = $1 and deleted_at is null returning ${COLUMNS}`,
    [id, name],
  )
  return rows[0] ?? null
}

const IS_OPEN = `(p.status not in ('confirmed', 'failed')
  or (p.status = 'failed' and p.failure_reason like 'tx_confirmation_timeout%'))`

/**
 * Marks the workspace as deleted only while nothing of it is in the pool (no final balance and no shallow event that
 * would change one), its agents hold and owe nothing, no revenue waits to be withdrawn, and every payout has ended: one that timed
 * out may still be paid.
 */
export async function markDeleted(
  client: pg.PoolClient,
  { id, chainId }: { id: string; chainId: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update workspaces w set deleted_at = now(), updated_at = now()
     where w.id = $1 and w.deleted_at is null
       and not exists (select 1 from pool_balances b where b.chain_id = $2 and b.account = w.wallet_address and b.balance <> 0)
       and not exists (select 1 from pending_events e where e.chain_id = $2 and e.account = w.wallet_address and e.pool_delta <> 0)
       and not exists (select 1 from agents a join ledger_accounts l on l.owner = a.id and l.balance <> 0
                        where a.workspace_id = w.id and l.kind in ('agent_balance', 'owed'))
       and not exists (select 1 from ledger_accounts l where l.kind = 'revenue' and l.owner = w.id::text and l.balance <> 0)
       and not exists (select 1 from payouts p where p.workspace_id = w.id and ${IS_OPEN})`,
    [id, chainId],
  )
  return rowCount === 1
}

/** Revokes the agents of a workspace and frees its linked wallets, for another workspace to link. */
export async function releaseAgents(
  client: pg.PoolClient,
  { id, by }: { id: string; by: StoredAddress },
): Promise<void> {
  // Wallets before agents, in the order in which registering and linking lock them.
  await client.query('select 1 from linked_wallets where workspace_id = $1 order by address for update', [id])
  await client.query(
    'update agents set revoked_at = now(), revoked_by = $2 where workspace_id = $1 and revoked_at is null',
    [id, by],
  )
  await client.query('delete from agent_wallets where workspace_id = $1', [id])
  await client.query('delete from linked_wallets where workspace_id = $1', [id])
}

/** What the agents of a workspace hold and what it earned, in micro USDC. */
export async function readPrepaidFunds(id: string): Promise<bigint> {
  const { rows } = await pool().query<{ funds: bigint }>(
    `select coalesce(sum(l.balance), 0) as funds from ledger_accounts l
      where (l.kind = 'agent_balance' and l.owner in (select a.id from agents a where a.workspace_id = $1))
         or (l.kind = 'revenue' and l.owner = $1::text)`,
    [id],
  )
  return rows[0]?.funds ?? 0n
}

/** How many payouts of a workspace have not ended. */
export async function countOpenPayouts(id: string): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    `select count(*)::int as count from payouts p where p.workspace_id = $1 and ${IS_OPEN}`,
    [id],
  )
  return rows[0]?.count ?? 0
}

/** The pool balance as tracked, in micro USDC. */
export async function readTrackedBalance({ id, chainId }: { id: string; chainId: number }): Promise<bigint> {
  const { rows } = await pool().query<{ balance: bigint }>(
    `select b.balance from pool_balances b join workspaces w on w.wallet_address = b.account
     where w.id = $1 and b.chain_id = $2`,
    [id, chainId],
  )
  return rows[0]?.balance ?? 0n
}

type Page = { address: StoredAddress; after: string | null; take: number }

/** The live workspaces of a person, oldest first, after the workspace with id `after`. */
export async function readMembershipPage({ address, after, take }: Page): Promise<MembershipListRow[]> {
  const { rows } = await pool().query<MembershipListRow>({
    name: 'read-membership-page',
    text: `select w.id, w.slug, w.name, case when m.rights_from <= now() then m.role else 'VIEWER' end as role
           from workspace_members m join workspaces w on w.id = m.workspace_id
           where m.address = $1 and w.deleted_at is null
             and ($2::uuid is null or (w.created_at, w.id) > (select c.created_at, c.id from workspaces c where c.id = $2))
           order by w.created_at, w.id limit $3`,
    values: [address, after, take],
  })
  return rows
}

export async function isMember({ address, workspaceId }: { address: StoredAddress; workspaceId: string }) {
  const { rowCount } = await pool().query(
    'select 1 from workspace_members where workspace_id = $1 and address = $2',
    [workspaceId, address],
  )
  return rowCount === 1
}
