import { z } from 'zod'
import { createWorkspaceInput, slugSchema, updateWorkspaceInput } from '@/domain/workspace'
import { workspaceIdSchema } from '@/domain/workspace-id'
import { listAudit } from '@/server/audit'
import { requireMembership } from '@/server/auth'
import {
  createWorkspace,
  deleteWorkspace,
  getWorkspace,
  listWorkspaces,
  updateWorkspace,
} from '@/server/workspaces'
import { memberProcedure, router, signedInProcedure } from '../procedures'
import { inviteProcedures } from './invites'
import { memberProcedures } from './members'

const workspaceId = workspaceIdSchema.optional()

export const workspacesRouter = router({
  list: signedInProcedure.query(async ({ ctx }) => {
    const { workspaces } = await listWorkspaces({ address: ctx.person.address })
    return workspaces
  }),
  /** The workspace of a page's address, with the asking person's role in it. */
  bySlug: signedInProcedure.input(z.strictObject({ slug: slugSchema })).query(async ({ ctx, input }) => {
    const { address } = ctx.person
    const membership = await requireMembership({ address, slug: input.slug, permission: 'view' })
    return { ...(await getWorkspace(membership)), role: membership.role }
  }),
  create: signedInProcedure
    .input(createWorkspaceInput)
    .mutation(({ ctx, input }) => createWorkspace({ actor: ctx.actor, input })),
  update: memberProcedure('manage-workspace')
    .input(updateWorkspaceInput.extend({ workspaceId }))
    .mutation(({ ctx, input }) =>
      updateWorkspace({ actor: ctx.actor, membership: ctx.membership, name: input.name }),
    ),
  /** Danger zone: the person types the slug; refused while the pool holds anything. */
  delete: memberProcedure('delete-workspace')
    .input(z.strictObject({ workspaceId: workspaceIdSchema, confirmSlug: z.string().max(80) }))
    .mutation(({ ctx, input }) =>
      deleteWorkspace({ actor: ctx.actor, membership: ctx.membership, confirmSlug: input.confirmSlug }),
    ),
  audit: memberProcedure('view')
    .input(
      z.strictObject({
        workspaceId,
        cursor: z
          .string()
          .regex(/^\d{1,18}$/)
          .optional(),
        limit: z.number().int().min(1).max(100).default(50),
      }),
    )
    .query(({ ctx, input }) =>
      listAudit({ workspaceId: ctx.membership.workspaceId, cursor: input.cursor, limit: input.limit }),
    ),
  ...memberProcedures,
  ...inviteProcedures,
})
