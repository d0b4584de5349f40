import type { StoredAddress } from '@/domain/address'
import { type Actor, recordAudit } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { lastOwner } from './change-role'
import { revokeInvitesBy } from './invite-repository'
import { deleteMember, findMemberRole } from './member-repository'

type Removal = { actor: Actor; membership: Membership; address: StoredAddress }

/** Takes a member out at once, with the invitations they signed. Throws `not_found`, `last_owner`. */
export function removeMember(removal: Removal): Promise<void> {
  return takeOut({ ...removal, action: 'member.removed' })
}

/** Lets a person leave. Throws `last_owner`. */
export function leaveWorkspace({ actor, membership }: Omit<Removal, 'address'>): Promise<void> {
  return takeOut({ actor, membership, address: actor.address, action: 'member.left' })
}

async function takeOut({
  actor,
  membership,
  address,
  action,
}: Removal & { action: 'member.removed' | 'member.left' }): Promise<void> {
  const { workspaceId } = membership
  const role = await inTransaction(async (client) => {
    const removed = await deleteMember(client, { workspaceId, address })
    if (!removed) return null
    await revokeInvitesBy(client, { workspaceId, invitedBy: address })
    await recordAudit(client, { actor, action, workspaceId, target: address, details: { role: removed } })
    return removed
  })
  if (role) return
  if (await findMemberRole({ workspaceId, address })) throw lastOwner()
  throw new AppError('not_found', 'There is no such member.')
}
