import { z } from 'zod'
import { workspaceIdSchema } from '@/domain/workspace-id'
import {
  assertAgentOf,
  buildEntryView,
  getBalance,
  getSpend,
  listBalances,
  listEntries,
  moveBalance,
  refundCharge,
  setThreshold,
} from '@/server/balance'
import { memberProcedure, router } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
const agentId = z.string().min(1).max(80)
const ofAgent = z.strictObject({ workspaceId, agentId })
// Above any balance there can be, below what the column holds.
const atomic = z
  .string()
  .regex(/^\d{1,30}$/, 'Must be atomic units as a decimal string.')
  .transform((text) => BigInt(text))

export const balanceRouter = router({
  list: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => listBalances(ctx.membership)),
  get: memberProcedure('view')
    .input(ofAgent)
    .query(({ ctx, input }) => getBalance({ ...ctx.membership, agentId: input.agentId })),
  entries: memberProcedure('view')
    .input(
      ofAgent.extend({
        cursor: z.string().max(40).optional(),
        limit: z.number().int().min(1).max(100).default(50),
        // What react-query's infinite lists send beside the cursor.
        direction: z.literal('forward').optional(),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { workspaceId } = ctx.membership
      await assertAgentOf({ workspaceId, agentId: input.agentId })
      const { entries, nextCursor } = await listEntries(input)
      return { entries: entries.map((entry) => buildEntryView(entry, workspaceId)), nextCursor }
    }),
  spend: memberProcedure('view')
    .input(ofAgent.extend({ days: z.number().int().min(1).max(366).default(30) }))
    .query(({ ctx, input }) => getSpend({ ...ctx.membership, agentId: input.agentId, days: input.days })),
  setThreshold: memberProcedure('manage-workspace')
    .input(ofAgent.extend({ threshold: atomic.nullable() }))
    .mutation(({ ctx, input }) =>
      setThreshold({
        workspaceId: ctx.membership.workspaceId,
        agentId: input.agentId,
        threshold: input.threshold,
        actor: ctx.actor,
      }),
    ),
  move: memberProcedure('move-balance')
    .input(
      z
        .strictObject({
          workspaceId,
          fromAgentId: agentId,
          toAgentId: agentId,
          amount: atomic.refine((amount) => amount > 0n, 'Must be above zero.'),
          idempotencyKey: z.uuid(),
        })
        .refine(({ fromAgentId, toAgentId }) => fromAgentId !== toAgentId, {
          message: 'Must be another agent.',
          path: ['toAgentId'],
        }),
    )
    .mutation(({ ctx, input }) =>
      moveBalance({ ...input, workspaceId: ctx.membership.workspaceId, actor: ctx.actor }),
    ),
  refundCharge: memberProcedure('refund-charges')
    .input(
      z.strictObject({
        workspaceId,
        chargeId: z.guid(),
        reason: z
          .string()
          .trim()
          .min(1)
          .max(200)
          .regex(/^\P{Cc}*$/u, 'Must be one line.'),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const by = {
        person: ctx.actor.address,
        workspaceId: ctx.membership.workspaceId,
        requestId: ctx.actor.requestId,
      }
      const { refundedAt, balance } = await refundCharge({
        chargeId: input.chargeId,
        by,
        reason: input.reason,
      })
      return { refundedAt: refundedAt.toISOString(), balance: balance.toString() }
    }),
})
