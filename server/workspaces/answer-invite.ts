import { hasPermission } from '@/domain/roles'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { env } from '@/server/core/env'
import { closeInvite } from './invite-repository'
import { insertMember } from './member-repository'

type Answer = { actor: Actor; inviteId: string }

/**
 * Joins the workspace as invited. Rights beyond viewing begin after APPROVER_DELAY_SECONDS. Throws `not_found`, the same
 * for an invitation that is somebody else's, expired, taken back or answered.
 */
export async function acceptInvite({ actor, inviteId }: Answer): Promise<{ workspaceId: string }> {
  const workspaceId = await inTransaction(async (client) => {
    const invite = await closeInvite(client, { id: inviteId, address: actor.address, as: 'accepted' })
    if (!invite) return null
    await insertMember(client, {
      workspaceId: invite.workspaceId,
      address: actor.address,
      role: invite.role,
      addedBy: invite.invitedBy,
      delaySeconds: hasPermission(invite.role, 'approve') ? env().APPROVER_DELAY_SECONDS : 0,
    })
    await recordAudit(client, {
      actor,
      action: 'member.joined',
      workspaceId: invite.workspaceId,
      target: actor.address,
      details: { role: invite.role, inviteId },
    })
    return invite.workspaceId
  })
  if (!workspaceId) throw noInvite()
  return { workspaceId }
}

/** Declines an invitation. Throws `not_found`. */
export async function declineInvite({ actor, inviteId }: Answer): Promise<void> {
  const isClosed = await inTransaction(async (client) => {
    const invite = await closeInvite(client, { id: inviteId, address: actor.address, as: 'declined' })
    if (!invite) return false
    await recordAudit(client, {
      actor,
      action: 'member.declined',
      workspaceId: invite.workspaceId,
      target: actor.address,
      details: { role: invite.role, inviteId },
    })
    return true
  })
  if (!isClosed) throw noInvite()
}

export function noInvite(): AppError {
  return new AppError('not_found', 'There is no such open invitation.')
}
