import { isLowerPolicy, type PolicyView } from '@/domain/policy'
import type { MemberEvidence } from '@/domain/workspace'
import type { Actor } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { evidenceUsed, prepareEvidence } from '@/server/evidence'
import { getPolicy } from './get-policy'
import { policyChangeOf, verifyPolicyEvidence } from './policy-evidence'
import { changePolicyRow, findPolicy } from './policy-repository'

type Change = { actor: Actor; membership: Membership; twoApproversFrom: bigint | null }

/** What an owner signs to lower the two-approver policy. Throws `INVALID_STATE` when the change lowers nothing and needs no signature. */
export async function preparePolicyChange({ actor, membership, twoApproversFrom }: Change) {
  const from = (await findPolicy(membership)).twoApproversFrom
  if (!isLowerPolicy(from, twoApproversFrom)) {
    throw new AppError('INVALID_STATE', 'This lowers nothing: change it without a signature.', {
      details: { state: 'NOT_LOWER' },
    })
  }
  return prepareEvidence(
    policyChangeOf({ membership, signer: actor.address }, { from, to: twoApproversFrom }),
  )
}

/**
 * Sets from which amount (atomic units) payouts and mandates need two approvers; null is never. Lowering the policy needs
 * an owner's fresh signature; tightening is immediate and sends signed mandates back for a second signature. Throws
 * `evidence_invalid`, `INVALID_STATE` when somebody changed it meanwhile.
 */
export async function updatePolicy({
  actor,
  membership,
  twoApproversFrom,
  evidence,
}: Change & { evidence?: MemberEvidence | undefined }): Promise<PolicyView & { mandatesSentBack: number }> {
  const { workspaceId } = membership
  const before = (await findPolicy({ workspaceId })).twoApproversFrom
  const isLower = isLowerPolicy(before, twoApproversFrom)
  if (isLower && !evidence) throw evidenceNeeded()
  const build = policyChangeOf({ membership, signer: actor.address }, { from: before, to: twoApproversFrom })
  const verified = isLower && evidence ? await verifyPolicyEvidence(build, actor.address, evidence) : null
  const { outcome, mandatesSentBack } = await changePolicyRow({
    workspaceId,
    actor: actor.address,
    requestId: actor.requestId,
    before,
    threshold: twoApproversFrom,
    evidence: verified,
  })
  if (outcome === 'evidence_needed') throw evidenceNeeded()
  if (outcome === 'evidence_used') throw evidenceUsed()
  if (outcome === 'meanwhile') {
    throw new AppError('INVALID_STATE', 'Somebody changed the policy meanwhile. Look again and repeat.', {
      details: { state: 'CHANGED' },
    })
  }
  return { ...(await getPolicy({ workspaceId })), mandatesSentBack }
}

function evidenceNeeded(): AppError {
  return new AppError('evidence_invalid', 'This lowers the policy: an owner has to sign it.', {
    param: 'evidence',
  })
}
