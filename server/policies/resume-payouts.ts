import type { PolicyView } from '@/domain/policy'
import type { MemberEvidence } from '@/domain/workspace'
import type { Actor } from '@/server/audit'
import type { Membership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { evidenceUsed, prepareEvidence } from '@/server/evidence'
import { getPolicy } from './get-policy'
import { payoutsResumeOf, verifyPolicyEvidence } from './policy-evidence'
import { findPolicy, resumeRow } from './policy-repository'

type By = { actor: Actor; membership: Membership }

/** What an owner signs to lift the kill switch. Throws `INVALID_STATE` when payouts are not stopped. */
export async function prepareResume({ actor, membership }: By) {
  const { killedAt } = await findPolicy(membership)
  if (!killedAt) {
    throw new AppError('INVALID_STATE', 'Payouts are not stopped.', { details: { state: 'NOT_STOPPED' } })
  }
  return prepareEvidence(payoutsResumeOf({ membership, signer: actor.address }, { stoppedAt: killedAt }))
}

/**
 * Lets payouts go on, with an owner's fresh signature over this very stop. What the stop ended stays ended; what was signed
 * before is sent. Idempotent: when payouts are not stopped it changes nothing. Throws `evidence_invalid`, `INVALID_STATE`
 * when payouts were stopped anew meanwhile.
 */
export async function resumePayouts({
  actor,
  membership,
  evidence,
}: By & { evidence: MemberEvidence }): Promise<PolicyView> {
  const { workspaceId } = membership
  const { killedAt } = await findPolicy({ workspaceId })
  if (!killedAt) return getPolicy({ workspaceId })
  const build = payoutsResumeOf({ membership, signer: actor.address }, { stoppedAt: killedAt })
  const outcome = await resumeRow({
    workspaceId,
    actor: actor.address,
    requestId: actor.requestId,
    stoppedAt: killedAt,
    evidence: await verifyPolicyEvidence(build, actor.address, evidence),
  })
  if (outcome === 'evidence_used') throw evidenceUsed()
  if (outcome === 'changed') {
    throw new AppError('INVALID_STATE', 'Payouts were stopped anew meanwhile. Look again and repeat.', {
      details: { state: 'CHANGED' },
    })
  }
  return getPolicy({ workspaceId })
}
