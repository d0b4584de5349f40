import type { StoredAddress } from '@/domain/address'
import { hasPermission, isRaise, type MemberRole } from '@/domain/roles'
import type { MemberEvidence } from '@/domain/workspace'
import { type Actor, recordAudit } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { env } from '@/server/core/env'
import { evidenceUsed } from '@/server/evidence'
import { revokeInvitesBy } from './invite-repository'
import { keepEvidence, prepareMemberEvidence, verifyMemberEvidence } from './member-evidence'
import { findMemberRole, updateRole } from './member-repository'

type RoleChange = { actor: Actor; membership: Membership; address: StoredAddress; role: MemberRole }

/** What an owner signs to raise a member. Throws `not_found`; `INVALID_STATE` when the change is no raise and needs no signature. */
export async function prepareRoleChange({ actor, membership, address, role }: RoleChange) {
  const from = await getMemberRole({ workspaceId: membership.workspaceId, address })
  if (!isRaise(from, role)) {
    throw new AppError(
      'INVALID_STATE',
      `From ${from} to ${role} is no raise: change it without a signature.`,
      {
        details: { state: from },
      },
    )
  }
  return prepareMemberEvidence({ membership, signer: actor.address, member: address, role })
}

/**
 * Gives a member another role. A raise needs an owner's fresh signature; who could not approve before gets the new
 * rights after APPROVER_DELAY_SECONDS. Lowering is immediate and takes the open invitations of a former owner back.
 * Throws `not_found`, `evidence_invalid`, `last_owner`, `INVALID_STATE` when the role changed meanwhile.
 */
export async function changeRole({
  actor,
  membership,
  address,
  role,
  evidence,
}: RoleChange & { evidence?: MemberEvidence | undefined }): Promise<void> {
  const { workspaceId } = membership
  const from = await getMemberRole({ workspaceId, address })
  if (from === role) return
  const raises = isRaise(from, role)
  if (raises && !evidence) {
    throw new AppError('evidence_invalid', `From ${from} to ${role} is a raise: an owner has to sign it.`, {
      param: 'evidence',
    })
  }
  const verified =
    raises && evidence
      ? await verifyMemberEvidence({ membership, signer: actor.address, member: address, role }, evidence)
      : null
  const isChanged = await inTransaction(async (client) => {
    const evidenceId = verified && (await keepEvidence(client, { workspaceId, evidence: verified }))
    if (verified && !evidenceId) throw evidenceUsed()
    const waits = raises && !hasPermission(from, 'approve')
    const delaySeconds = waits ? env().APPROVER_DELAY_SECONDS : null
    const isUpdated = await updateRole(client, { workspaceId, address, from, to: role, delaySeconds })
    if (!isUpdated && verified) throw changedMeanwhile(from)
    if (!isUpdated) return false
    if (from === 'OWNER') await revokeInvitesBy(client, { workspaceId, invitedBy: address })
    await recordAudit(client, {
      actor,
      action: 'member.role_changed',
      workspaceId,
      target: address,
      details: { from, to: role, evidenceId },
    })
    return true
  })
  if (!isChanged) throw from === 'OWNER' ? lastOwner() : changedMeanwhile(from)
}

async function getMemberRole(key: { workspaceId: string; address: StoredAddress }): Promise<MemberRole> {
  const role = await findMemberRole(key)
  if (!role) throw new AppError('not_found', 'There is no such member.')
  return role
}

function changedMeanwhile(from: MemberRole): AppError {
  return new AppError('INVALID_STATE', `The member is not ${from} any more. Look again and repeat.`, {
    details: { state: 'CHANGED' },
  })
}

export function lastOwner(): AppError {
  return new AppError('last_owner', 'This is the only owner. Make somebody else an owner first.')
}
