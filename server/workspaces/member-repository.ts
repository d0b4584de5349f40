import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import type { MemberRole } from '@/domain/roles'
import { pool, prisma } from '@/server/core/db'

export type MemberRow = {
  address: string
  role: MemberRole
  rightsFrom: Date
  addedBy: string
  createdAt: Date
}

type Key = { workspaceId: string; address: StoredAddress }

export function readMembers(workspaceId: string): Promise<MemberRow[]> {
  return prisma().workspaceMember.findMany({
    where: { workspaceId },
    orderBy: [{ createdAt: 'asc' }, { address: 'asc' }],
  })
}

export async function findMemberRole({ workspaceId, address }: Key): Promise<MemberRole | null> {
  const { rows } = await pool().query<{ role: MemberRole }>(
    'select role from workspace_members where workspace_id = $1 and address = $2',
    [workspaceId, address],
  )
  return rows[0]?.role ?? null
}

/** Adds a member whose rights begin after the delay. False when they are a member already. */
export async function insertMember(
  client: pg.PoolClient,
  member: Key & { role: MemberRole; addedBy: StoredAddress; delaySeconds: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into workspace_members (workspace_id, address, role, added_by, rights_from)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5)) on conflict do nothing`,
    [member.workspaceId, member.address, member.role, member.addedBy, member.delaySeconds],
  )
  return rowCount === 1
}

// Both statements below lock the owners' rows in one order before they count them: of two owners who demote each other
// at once, the second sees that the first is gone and is refused.
const KEEPS_AN_OWNER = `owners as materialized (
    select address from workspace_members where workspace_id = $1 and role = 'OWNER' order by address for update)`
const ANOTHER_OWNER = `exists (select 1 from owners where address <> $2)`

/** Moves a member from one role to another unless that would leave no owner; `delaySeconds` postpones new rights. */
export async function updateRole(
  client: pg.PoolClient,
  change: Key & { from: MemberRole; to: MemberRole; delaySeconds: number | null },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `with ${KEEPS_AN_OWNER}
     update workspace_members set role = $4, updated_at = now(),
       rights_from = case when $5::int is null then rights_from else now() + make_interval(secs => $5::int) end
     where workspace_id = $1 and address = $2 and role = $3 and ($3 <> 'OWNER'::member_role or ${ANOTHER_OWNER})`,
    [change.workspaceId, change.address, change.from, change.to, change.delaySeconds],
  )
  return rowCount === 1
}

/** Removes a member unless that would leave no owner. Null when nothing was removed. */
export async function deleteMember(
  client: pg.PoolClient,
  { workspaceId, address }: Key,
): Promise<MemberRole | null> {
  const { rows } = await client.query<{ role: MemberRole }>(
    `with ${KEEPS_AN_OWNER}
     delete from workspace_members where workspace_id = $1 and address = $2 and (role <> 'OWNER' or ${ANOTHER_OWNER})
     returning role`,
    [workspaceId, address],
  )
  return rows[0]?.role ?? null
}
