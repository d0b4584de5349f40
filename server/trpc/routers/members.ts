import { z } from 'zod'
import { addressSchema } from '@/domain/address-schema'
import { memberChangeInput, memberEvidenceInput } from '@/domain/workspace'
import { workspaceIdSchema } from '@/domain/workspace-id'
import { changeRole, leaveWorkspace, listMembers, prepareRoleChange, removeMember } from '@/server/workspaces'
import { memberProcedure } from '../procedures'

const workspaceId = workspaceIdSchema.optional()

export const memberProcedures = {
  members: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => listMembers(ctx.membership)),
  /** The typed data an owner signs to raise a member; lowering needs none. */
  prepareRoleChange: memberProcedure('manage-members')
    .input(memberChangeInput)
    .query(({ ctx, input }) =>
      prepareRoleChange({
        actor: ctx.actor,
        membership: ctx.membership,
        address: input.address,
        role: input.role,
      }),
    ),
  changeRole: memberProcedure('manage-members')
    .input(memberChangeInput.extend({ evidence: memberEvidenceInput.optional() }))
    .mutation(({ ctx, input }) =>
      changeRole({
        actor: ctx.actor,
        membership: ctx.membership,
        address: input.address,
        role: input.role,
        evidence: input.evidence,
      }),
    ),
  removeMember: memberProcedure('manage-members')
    .input(z.strictObject({ workspaceId: workspaceIdSchema, address: addressSchema }))
    .mutation(({ ctx, input }) =>
      removeMember({ actor: ctx.actor, membership: ctx.membership, address: input.address }),
    ),
  leave: memberProcedure('view')
    .input(z.strictObject({ workspaceId: workspaceIdSchema }))
    .mutation(({ ctx }) => leaveWorkspace({ actor: ctx.actor, membership: ctx.membership })),
}
