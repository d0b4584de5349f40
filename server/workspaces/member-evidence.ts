import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { type Hex, hashTypedData, hexToBytes } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import { buildMemberChange } from '@/domain/member-change'
import type { MemberRole } from '@/domain/roles'
import type { MemberEvidence } from '@/domain/workspace'
import type { Membership } from '@/server/auth'
import { verifyTypedDataSignature } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { now } from '@/server/core/clock'
import { env } from '@/server/core/env'
import { insertEvidence } from './evidence-repository'

const EVIDENCE_SECONDS = 600

type MemberChange = {
  membership: Membership
  signer: StoredAddress
  member: StoredAddress
  role: MemberRole
}

type Chosen = { deadline: bigint; nonce: Hex }

function typedDataOf({ membership, signer, member, role }: MemberChange, { deadline, nonce }: Chosen) {
  return buildMemberChange({
    chainId: env().NETWORK.chainId,
    workspaceId: membership.workspaceId,
    workspaceWallet: checksummed(membership.walletAddress),
    signer: checksummed(signer),
    member: checksummed(member),
    role,
    deadline,
    nonce,
  })
}

/** What the owner is asked to sign, alive for ten minutes. Nothing is stored: the signature brings the values back. */
export function prepareMemberEvidence(change: MemberChange): ReturnType<typeof buildMemberChange> {
  const deadline = BigInt(Math.floor(now().getTime() / 1000) + EVIDENCE_SECONDS)
  return typedDataOf(change, { deadline, nonce: `0x${randomBytes(32).toString('hex')}` })
}

type VerifiedEvidence = { digest: Buffer; typedData: object; signature: string; signer: StoredAddress }

/** Rebuilds what must have been signed and checks the signature against it. Throws `evidence_invalid`. */
export async function verifyMemberEvidence(
  change: MemberChange,
  evidence: MemberEvidence,
): Promise<VerifiedEvidence> {
  const deadline = BigInt(evidence.deadline)
  const seconds = BigInt(Math.floor(now().getTime() / 1000))
  if (deadline < seconds || deadline > seconds + BigInt(EVIDENCE_SECONDS)) {
    throw new AppError(
      'evidence_invalid',
      `The confirmation serves until ${deadline}, it is ${seconds} now (Unix seconds). Prepare and sign it again.`,
    )
  }
  const typedData = typedDataOf(change, { deadline, nonce: evidence.nonce as Hex })
  const toVerify = { ...typedData, message: { ...typedData.message, deadline } }
  const { signature } = evidence
  if (!(await verifyTypedDataSignature({ address: change.signer, typedData: toVerify, signature }))) {
    throw new AppError(
      'evidence_invalid',
      `The signature is not ${checksummed(change.signer)}'s over "${change.role} for ${checksummed(change.member)}" in this workspace.`,
    )
  }
  return {
    digest: Buffer.from(hexToBytes(hashTypedData(toVerify))),
    typedData,
    signature,
    signer: change.signer,
  }
}

/** Keeps verified evidence in the transaction of the change it allows. Null when it has served before. */
export function keepEvidence(
  client: pg.PoolClient,
  { workspaceId, evidence }: { workspaceId: string; evidence: VerifiedEvidence },
): Promise<string | null> {
  return insertEvidence(client, { workspaceId, kind: 'member_change', ...evidence })
}

export function evidenceUsed(): AppError {
  return new AppError('evidence_invalid', 'This confirmation has served already. Prepare and sign a new one.')
}
