import { type Actor, recordAudit } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { inTransaction } from '@/server/core/db'
import { noInvite } from './answer-invite'
import { revokeOpenInvite } from './invite-repository'

/** Takes an open invitation back. Throws `not_found`. */
export async function revokeInvite({
  actor,
  membership,
  inviteId,
}: {
  actor: Actor
  membership: Membership
  inviteId: string
}): Promise<void> {
  const { workspaceId } = membership
  const isRevoked = await inTransaction(async (client) => {
    const invite = await revokeOpenInvite(client, { id: inviteId, workspaceId })
    if (!invite) return false
    await recordAudit(client, {
      actor,
      action: 'member.invite_revoked',
      workspaceId,
      target: invite.address,
      details: { inviteId },
    })
    return true
  })
  if (!isRevoked) throw noInvite()
}
