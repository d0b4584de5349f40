import type { Hex } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import { buildPayoutsResume, buildPolicyChange } from '@/domain/policy'
import type { MemberEvidence } from '@/domain/workspace'
import type { Membership } from '@/server/auth'
import { env } from '@/server/core/env'
import { verifyEvidence } from '@/server/evidence'
import type { KeptEvidence } from './policy-repository'

type Who = { membership: Membership; signer: StoredAddress }
type Chosen = { deadline: bigint; nonce: Hex }

const signedOf = ({ membership, signer }: Who) => ({
  chainId: env().NETWORK.chainId,
  workspaceId: membership.workspaceId,
  workspaceWallet: checksummed(membership.walletAddress),
  signer: checksummed(signer),
})

export function policyChangeOf(who: Who, change: { from: bigint | null; to: bigint | null }) {
  return (chosen: Chosen) => buildPolicyChange({ ...signedOf(who), ...change, ...chosen })
}

export function payoutsResumeOf(who: Who, { stoppedAt }: { stoppedAt: Date }) {
  return (chosen: Chosen) =>
    buildPayoutsResume({ ...signedOf(who), stoppedAt: BigInt(stoppedAt.getTime()), ...chosen })
}

/** What the statement keeps of a signature over `build`. Throws `evidence_invalid`. */
export async function verifyPolicyEvidence(
  build: ReturnType<typeof policyChangeOf> | ReturnType<typeof payoutsResumeOf>,
  signer: StoredAddress,
  evidence: MemberEvidence,
): Promise<KeptEvidence> {
  const about = 'this change of this workspace, as it stands now'
  const verified = await verifyEvidence({ build, signer, evidence, about })
  return { ...verified, digest: verified.digest.slice(2) }
}
