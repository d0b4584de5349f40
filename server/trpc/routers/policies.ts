import { z } from 'zod'
import { policyChangeInput, stopNoteSchema } from '@/domain/policy'
import { memberEvidenceInput } from '@/domain/workspace'
import { workspaceIdSchema } from '@/domain/workspace-id'
import {
  getOpenPayouts,
  getPolicy,
  preparePolicyChange,
  prepareResume,
  resumePayouts,
  stopPayouts,
  updatePolicy,
} from '@/server/policies'
import { memberProcedure, router } from '../procedures'

const ofWorkspace = z.strictObject({ workspaceId: workspaceIdSchema.optional() })

export const policiesRouter = router({
  get: memberProcedure('view')
    .input(ofWorkspace)
    .query(({ ctx }) => getPolicy(ctx.membership)),
  /** What is under way, in numbers: what a stop ends, and what is signed already. */
  openPayouts: memberProcedure('view')
    .input(ofWorkspace)
    .query(({ ctx }) => getOpenPayouts(ctx.membership)),
  /** The typed data an owner signs to lower the policy; tightening needs none. */
  prepareChange: memberProcedure('manage-policies')
    .input(policyChangeInput)
    .query(({ ctx, input }) => preparePolicyChange({ ...ctx, twoApproversFrom: input.twoApproversFrom })),
  update: memberProcedure('manage-policies')
    .input(policyChangeInput.extend({ evidence: memberEvidenceInput.optional() }))
    .mutation(({ ctx, input: { twoApproversFrom, evidence } }) =>
      updatePolicy({ ...ctx, twoApproversFrom, evidence }),
    ),
  stopPayouts: memberProcedure('stop-payouts')
    .input(ofWorkspace.extend({ note: stopNoteSchema.optional() }))
    .mutation(({ ctx, input }) =>
      stopPayouts({ workspaceId: ctx.membership.workspaceId, actor: ctx.actor, note: input.note }),
    ),
  /** The typed data an owner signs to let payouts go on. */
  prepareResume: memberProcedure('manage-policies')
    .input(ofWorkspace)
    .query(({ ctx }) => prepareResume(ctx)),
  resumePayouts: memberProcedure('manage-policies')
    .input(ofWorkspace.extend({ evidence: memberEvidenceInput }))
    .mutation(({ ctx, input }) => resumePayouts({ ...ctx, evidence: input.evidence })),
})
