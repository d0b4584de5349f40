import { checksummed, type StoredAddress } from '@/domain/address'
import type { MemberRole } from '@/domain/roles'
import type { InviteView, MemberEvidence } from '@/domain/workspace'
import { type Actor, recordAudit } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { evidenceUsed } from '@/server/evidence'
import { hasOpenInvite, insertInvite } from './invite-repository'
import { keepEvidence, prepareMemberEvidence, verifyMemberEvidence } from './member-evidence'
import { findMemberRole } from './member-repository'
import { toInviteView } from './workspace-view'

const INVITE_SECONDS = 7 * 24 * 3600

type Invitation = { actor: Actor; membership: Membership; address: StoredAddress; role: MemberRole }

/** What an owner signs to invite this wallet address. Throws `CONFLICT` for a member or an invited one. */
export async function prepareInvite({ actor, membership, address, role }: Invitation) {
  await assertInvitable({ membership, address })
  return prepareMemberEvidence({ membership, signer: actor.address, member: address, role })
}

/**
 * Invites a wallet address with the owner's fresh EIP-712 signature, which is kept as evidence and serves once; the
 * invitation is open for seven days. Throws `CONFLICT`, `evidence_invalid`.
 */
export async function inviteMember({
  actor,
  membership,
  address,
  role,
  evidence,
}: Invitation & { evidence: MemberEvidence }): Promise<InviteView> {
  await assertInvitable({ membership, address })
  const { workspaceId } = membership
  const verified = await verifyMemberEvidence(
    { membership, signer: actor.address, member: address, role },
    evidence,
  )
  const invite = await inTransaction(async (client) => {
    const evidenceId = await keepEvidence(client, { workspaceId, evidence: verified })
    if (!evidenceId) throw evidenceUsed()
    const row = await insertInvite(client, {
      workspaceId,
      address,
      role,
      invitedBy: actor.address,
      evidenceId,
      ttlSeconds: INVITE_SECONDS,
    })
    // Thrown, so that the evidence is rolled back with it and can serve when the way is free.
    if (!row) throw alreadyThere(address)
    await recordAudit(client, {
      actor,
      action: 'member.invited',
      workspaceId,
      target: address,
      details: { role, inviteId: row.id, evidenceId },
    })
    return row
  })
  return toInviteView(invite)
}

async function assertInvitable({
  membership,
  address,
}: Pick<Invitation, 'membership' | 'address'>): Promise<void> {
  const key = { workspaceId: membership.workspaceId, address }
  if ((await findMemberRole(key)) || (await hasOpenInvite(key))) throw alreadyThere(address)
}

function alreadyThere(address: StoredAddress): AppError {
  return new AppError('CONFLICT', `${checksummed(address)} is a member or invited already.`, {
    param: 'address',
    details: { field: 'address' },
  })
}
