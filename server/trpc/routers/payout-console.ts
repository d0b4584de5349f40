import { z } from 'zod'
import { payoutFilterSchema } from '@/domain/payout-console'
import { workspaceIdSchema } from '@/domain/workspace-id'
import {
  cancelWorkspacePayout,
  countWorkspacePayouts,
  getPayoutOnChain,
  getWorkspacePayout,
  listWorkspacePayouts,
} from '@/server/payouts'
import { memberProcedure } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
const ofPayout = z.strictObject({ workspaceId, id: z.guid() })

/** Of `payouts.*`: what the pages of a workspace read, and the cancel of a person. */
export const payoutConsoleProcedures = {
  list: memberProcedure('view')
    .input(
      payoutFilterSchema.extend({
        workspaceId,
        cursor: z.uuid().optional(),
        limit: z.number().int().min(1).max(100).default(50),
        // What react-query's infinite lists send beside the cursor.
        direction: z.literal('forward').optional(),
      }),
    )
    .query(({ ctx, input: { workspaceId: _, cursor, limit, direction: __, ...filter } }) =>
      listWorkspacePayouts({ workspaceId: ctx.membership.workspaceId, filter, cursor, limit }),
    ),
  counts: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => countWorkspacePayouts(ctx.membership)),
  get: memberProcedure('view')
    .input(ofPayout)
    .query(({ ctx, input }) => getWorkspacePayout({ ...ctx.membership, id: input.id })),
  /** What the chain says about a signed payout now. */
  onChain: memberProcedure('view')
    .input(ofPayout)
    .query(({ ctx, input }) => getPayoutOnChain({ ...ctx.membership, id: input.id })),
  cancel: memberProcedure('approve')
    .input(z.strictObject({ workspaceId, payoutId: z.string().min(1).max(128) }))
    .mutation(({ ctx, input }) =>
      cancelWorkspacePayout({
        workspaceId: ctx.membership.workspaceId,
        payoutId: input.payoutId,
        actor: ctx.actor,
      }),
    ),
}
