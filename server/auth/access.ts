import type { StoredAddress } from '@/domain/address'
import { hasPermission, type MemberRole, PERMISSIONS, type Permission } from '@/domain/roles'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { findMemberships } from './access-repository'

/** What a person is in one workspace. `role` is what counts now: VIEWER until the rights of a new member begin. */
export type Membership = {
  workspaceId: string
  slug: string
  name: string
  walletAddress: StoredAddress
  role: MemberRole
}

type Asked = {
  address: StoredAddress
  workspaceId?: string | undefined
  slug?: string | undefined
  permission: Permission
}

/**
 * The one answer to "may this person do this in this workspace". A workspace that is not theirs is `not_found`, the
 * same as one that never existed; none named and not exactly one to choose is `INVALID_INPUT`; a role that does not
 * allow it is `not_authorized`.
 */
export async function requireMembership({
  address,
  workspaceId,
  slug,
  permission,
}: Asked): Promise<Membership> {
  const rows = await findMemberships({ address, workspaceId, slug })
  const [row] = rows
  const isNamed = workspaceId !== undefined || slug !== undefined
  if (isNamed && !row) throw new AppError('not_found', 'There is no such workspace.')
  if (!row || (!isNamed && rows.length > 1)) {
    throw new AppError(
      'INVALID_INPUT',
      row
        ? 'You are in several workspaces: name one with workspaceId.'
        : 'You are in no workspace yet: create one first.',
      { param: 'workspaceId', details: { workspaceNotSelected: true } },
    )
  }
  const { isInForce, ...membership } = row
  const role = isInForce ? row.role : 'VIEWER'
  if (!hasPermission(role, permission)) {
    const allowed = PERMISSIONS[permission].join(', ')
    const because = isInForce ? `You are ${role}` : `You are ${row.role}, but its rights have not begun yet`
    throw new AppError('not_authorized', `${because}; this needs ${allowed}.`, { details: { role } })
  }
  return { ...membership, role }
}

/** Instance administrators are named by the environment; no workspace role makes or unmakes one. */
export function isInstanceAdmin(address: StoredAddress): boolean {
  return env().INSTANCE_ADMINS.includes(address)
}

/** Throws `not_found` for everybody else: what the instance's operator sees does not exist for them. */
export function assertInstanceAdmin(address: StoredAddress): void {
  if (!isInstanceAdmin(address)) throw new AppError('not_found', 'There is no such page.')
}
