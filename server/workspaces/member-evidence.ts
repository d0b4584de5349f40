import type pg from 'pg'
import { type Hex, hexToBytes } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import { buildMemberChange } from '@/domain/member-change'
import type { MemberRole } from '@/domain/roles'
import type { MemberEvidence } from '@/domain/workspace'
import type { Membership } from '@/server/auth'
import { env } from '@/server/core/env'
import { prepareEvidence, type VerifiedEvidence, verifyEvidence } from '@/server/evidence'
import { insertEvidence } from './evidence-repository'

type MemberChange = {
  membership: Membership
  signer: StoredAddress
  member: StoredAddress
  role: MemberRole
}

function typedDataOf({ membership, signer, member, role }: MemberChange) {
  return (chosen: { deadline: bigint; nonce: Hex }) =>
    buildMemberChange({
      chainId: env().NETWORK.chainId,
      workspaceId: membership.workspaceId,
      workspaceWallet: checksummed(membership.walletAddress),
      signer: checksummed(signer),
      member: checksummed(member),
      role,
      ...chosen,
    })
}

/** What the owner is asked to sign, alive for ten minutes. */
export function prepareMemberEvidence(change: MemberChange): ReturnType<typeof buildMemberChange> {
  return prepareEvidence(typedDataOf(change))
}

type VerifiedMember = VerifiedEvidence & { signer: StoredAddress }

/** Checks the signature over the change as it stands now. Throws `evidence_invalid`. */
export async function verifyMemberEvidence(
  change: MemberChange,
  evidence: MemberEvidence,
): Promise<VerifiedMember> {
  const { signer, role, member } = change
  const about = `"${role} for ${checksummed(member)}" in this workspace`
  return { ...(await verifyEvidence({ build: typedDataOf(change), signer, evidence, about })), signer }
}

/** Keeps verified evidence in the transaction of the change it allows. Null when it has served before. */
export function keepEvidence(
  client: pg.PoolClient,
  { workspaceId, evidence }: { workspaceId: string; evidence: VerifiedMember },
): Promise<string | null> {
  const digest = Buffer.from(hexToBytes(evidence.digest))
  return insertEvidence(client, { ...evidence, workspaceId, kind: 'member_change', digest })
}
