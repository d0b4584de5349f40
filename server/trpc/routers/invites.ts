import { z } from 'zod'
import { memberChangeInput, memberEvidenceInput } from '@/domain/workspace'
import { workspaceIdSchema } from '@/domain/workspace-id'
import {
  acceptInvite,
  declineInvite,
  inviteMember,
  listInvites,
  listMyInvites,
  prepareInvite,
  revokeInvite,
} from '@/server/workspaces'
import { memberProcedure, signedInProcedure } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
const inviteInput = z.strictObject({ inviteId: z.guid() })

export const inviteProcedures = {
  invites: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => listInvites(ctx.membership)),
  /** The typed data an owner signs to invite a wallet address. */
  prepareInvite: memberProcedure('manage-members')
    .input(memberChangeInput)
    .query(({ ctx, input }) =>
      prepareInvite({
        actor: ctx.actor,
        membership: ctx.membership,
        address: input.address,
        role: input.role,
      }),
    ),
  invite: memberProcedure('manage-members')
    .input(memberChangeInput.extend({ evidence: memberEvidenceInput }))
    .mutation(({ ctx, input }) =>
      inviteMember({
        actor: ctx.actor,
        membership: ctx.membership,
        address: input.address,
        role: input.role,
        evidence: input.evidence,
      }),
    ),
  revokeInvite: memberProcedure('manage-members')
    .input(inviteInput.extend({ workspaceId: workspaceIdSchema }))
    .mutation(({ ctx, input }) =>
      revokeInvite({ actor: ctx.actor, membership: ctx.membership, inviteId: input.inviteId }),
    ),
  /** The invitations that wait for the signed-in person. */
  myInvites: signedInProcedure.query(({ ctx }) => listMyInvites({ address: ctx.person.address })),
  acceptInvite: signedInProcedure
    .input(inviteInput)
    .mutation(({ ctx, input }) => acceptInvite({ actor: ctx.actor, inviteId: input.inviteId })),
  declineInvite: signedInProcedure
    .input(inviteInput)
    .mutation(({ ctx, input }) => declineInvite({ actor: ctx.actor, inviteId: input.inviteId })),
}
