import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import type { MemberRole } from '@/domain/roles'
import { pool, prisma } from '@/server/core/db'

export type InviteRow = {
  id: string
  address: string
  role: MemberRole
  invitedBy: string
  createdAt: Date
  expiresAt: Date
}

export type MyInviteRow = InviteRow & { workspace: { id: string; slug: string; name: string } }

const open = () => ({ acceptedAt: null, declinedAt: null, revokedAt: null, expiresAt: { gt: new Date() } })
const IS_OPEN = 'accepted_at is null and declined_at is null and revoked_at is null'

export function readOpenInvites(workspaceId: string): Promise<InviteRow[]> {
  return prisma().workspaceInvite.findMany({
    where: { workspaceId, ...open() },
    orderBy: { createdAt: 'desc' },
  })
}

export function readInvitesOf(address: StoredAddress): Promise<MyInviteRow[]> {
  return prisma().workspaceInvite.findMany({
    where: { address, ...open(), workspace: { deletedAt: null } },
    include: { workspace: { select: { id: true, slug: true, name: true } } },
    orderBy: { createdAt: 'desc' },
  })
}

type NewInvite = {
  workspaceId: string
  address: StoredAddress
  role: MemberRole
  invitedBy: StoredAddress
  evidenceId: string
  ttlSeconds: number
}

/** Opens an invitation, closing an expired one first. Null when one is open or the person is a member already. */
export async function insertInvite(client: pg.PoolClient, invite: NewInvite): Promise<InviteRow | null> {
  await client.query(
    `update workspace_invites set revoked_at = now()
     where workspace_id = $1 and address = $2 and ${IS_OPEN} and expires_at <= now()`,
    [invite.workspaceId, invite.address],
  )
  const { rows } = await client.query<InviteRow>(
    `insert into workspace_invites (workspace_id, address, role, invited_by, evidence_id, expires_at)
     select $1, $2, $3, $4, $5, now() + make_interval(secs => $6)
     where not exists (select 1 from workspace_members where workspace_id = $1 and address = $2)
     on conflict do nothing
     returning id, address, role, invited_by as "invitedBy", created_at as "createdAt", expires_at as "expiresAt"`,
    [invite.workspaceId, invite.address, invite.role, invite.invitedBy, invite.evidenceId, invite.ttlSeconds],
  )
  return rows[0] ?? null
}

type Answered = { workspaceId: string; role: MemberRole; invitedBy: StoredAddress }

/** Closes an open invitation as its holder answers it. Null when it is not theirs, not open or its workspace is gone. */
export async function closeInvite(
  client: pg.PoolClient,
  { id, address, as }: { id: string; address: StoredAddress; as: 'accepted' | 'declined' },
): Promise<Answered | null> {
  const { rows } = await client.query<Answered>(
    `update workspace_invites i set ${as === 'accepted' ? 'accepted_at' : 'declined_at'} = now()
     from workspaces w
     where i.id = $1 and i.address = $2 and ${IS_OPEN} and i.expires_at > now()
       and w.id = i.workspace_id and w.deleted_at is null
     returning i.workspace_id as "workspaceId", i.role, i.invited_by as "invitedBy"`,
    [id, address],
  )
  return rows[0] ?? null
}

/** Takes an open invitation back. Null when there is none of this id in the workspace. */
export async function revokeOpenInvite(
  client: pg.PoolClient,
  { id, workspaceId }: { id: string; workspaceId: string },
): Promise<{ address: string } | null> {
  const { rows } = await client.query<{ address: string }>(
    `update workspace_invites set revoked_at = now() where id = $1 and workspace_id = $2 and ${IS_OPEN} returning address`,
    [id, workspaceId],
  )
  return rows[0] ?? null
}

/** An invitation is as good as the owner who signed it: when they stop being one, theirs that are open end too. */
export async function revokeInvitesBy(
  client: pg.PoolClient,
  { workspaceId, invitedBy }: { workspaceId: string; invitedBy: StoredAddress },
): Promise<void> {
  await client.query(
    `update workspace_invites set revoked_at = now() where workspace_id = $1 and invited_by = $2 and ${IS_OPEN}`,
    [workspaceId, invitedBy],
  )
}

export async function hasOpenInvite({
  workspaceId,
  address,
}: {
  workspaceId: string
  address: StoredAddress
}): Promise<boolean> {
  const { rowCount } = await pool().query(
    `select 1 from workspace_invites where workspace_id = $1 and address = $2 and ${IS_OPEN} and expires_at > now()`,
    [workspaceId, address],
  )
  return rowCount === 1
}
