import { z } from 'zod'
import { createPricedApiInput, updatePricedApiInput } from '@/domain/priced-api'
import { workspaceIdSchema } from '@/domain/workspace-id'
import {
  createPricedApi,
  listPricedApis,
  listRevenueDays,
  removePricedApi,
  setPricedApiActive,
  updatePricedApi,
} from '@/server/priced-apis'
import { memberProcedure, router } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
const id = z.guid()

export const pricedApisRouter = router({
  list: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => listPricedApis(ctx.membership)),
  /** Each of the last 30 days, of all priced APIs or of one. */
  revenue: memberProcedure('view')
    .input(z.strictObject({ workspaceId, id: id.optional() }))
    .query(({ ctx, input }) =>
      listRevenueDays({ workspaceId: ctx.membership.workspaceId, id: input.id ?? null }),
    ),
  create: memberProcedure('manage-workspace')
    .input(createPricedApiInput.extend({ workspaceId }))
    .mutation(({ ctx, input: { workspaceId: _, ...input } }) =>
      createPricedApi({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, input }),
    ),
  update: memberProcedure('manage-workspace')
    .input(updatePricedApiInput.extend({ workspaceId, id }))
    .mutation(async ({ ctx, input: { workspaceId: _, id: of, ...input } }) => {
      await updatePricedApi({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, id: of, input })
    }),
  setActive: memberProcedure('manage-workspace')
    .input(z.strictObject({ workspaceId, id, isActive: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      const { workspaceId: of } = ctx.membership
      await setPricedApiActive({ actor: ctx.actor, workspaceId: of, id: input.id, isActive: input.isActive })
    }),
  /** The person types the slug; agents that call it are answered 404 from then on. */
  remove: memberProcedure('manage-workspace')
    .input(z.strictObject({ workspaceId, id, confirmSlug: z.string().max(80) }))
    .mutation(async ({ ctx, input }) => {
      const { workspaceId: of } = ctx.membership
      await removePricedApi({
        actor: ctx.actor,
        workspaceId: of,
        id: input.id,
        confirmSlug: input.confirmSlug,
      })
    }),
})
