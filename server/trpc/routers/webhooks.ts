import { z } from 'zod'
import { deliveriesFilter, webhookEndpointInput } from '@/domain/webhook'
import { workspaceIdSchema } from '@/domain/workspace-id'
import {
  createEndpoint,
  getDefaultSecret,
  getDelivery,
  listDeliveries,
  listEndpoints,
  removeEndpoint,
  replayDelivery,
  replayMissed,
  rotateDefaultSecret,
  rotateEndpointSecret,
  sendTest,
  setEndpointEnabled,
  updateEndpoint,
} from '@/server/webhooks'
import { memberProcedure, router } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
const ofWorkspace = z.strictObject({ workspaceId })
const ofOne = z.strictObject({ workspaceId, id: z.guid() })

const defaultSecretRouter = router({
  get: memberProcedure('view')
    .input(ofWorkspace)
    .query(({ ctx }) => getDefaultSecret(ctx.membership)),
  rotate: memberProcedure('manage-webhooks')
    .input(ofWorkspace)
    .mutation(({ ctx }) =>
      rotateDefaultSecret({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId }),
    ),
})

export const webhooksRouter = router({
  /** Signs what goes to payouts' own `webhookUrl`. */
  defaultSecret: defaultSecretRouter,
  list: memberProcedure('view')
    .input(ofWorkspace)
    .query(({ ctx }) => listEndpoints(ctx.membership)),
  create: memberProcedure('manage-webhooks')
    .input(webhookEndpointInput.extend({ workspaceId }))
    .mutation(({ ctx, input: { workspaceId: _, ...input } }) =>
      createEndpoint({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, input }),
    ),
  update: memberProcedure('manage-webhooks')
    .input(webhookEndpointInput.extend(ofOne.shape))
    .mutation(async ({ ctx, input: { workspaceId: _, id, ...input } }) => {
      await updateEndpoint({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, id, input })
    }),
  setEnabled: memberProcedure('manage-webhooks')
    .input(ofOne.extend({ isEnabled: z.boolean() }))
    .mutation(async ({ ctx, input: { id, isEnabled } }) => {
      const { workspaceId: of } = ctx.membership
      await setEndpointEnabled({ actor: ctx.actor, workspaceId: of, id, isEnabled })
    }),
  remove: memberProcedure('manage-webhooks')
    .input(ofOne)
    .mutation(async ({ ctx, input: { id } }) => {
      await removeEndpoint({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, id })
    }),
  rotateSecret: memberProcedure('manage-webhooks')
    .input(ofOne)
    .mutation(({ ctx, input: { id } }) =>
      rotateEndpointSecret({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, id }),
    ),
  sendTest: memberProcedure('manage-webhooks')
    .input(ofOne)
    .mutation(({ ctx, input: { id } }) =>
      sendTest({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, id }),
    ),
  deliveries: memberProcedure('view')
    .input(
      deliveriesFilter.extend({
        workspaceId,
        cursor: z.uuid().optional(),
        // What react-query's infinite lists send beside the cursor; the list is only ever read on.
        direction: z.literal('forward').optional(),
        limit: z.number().int().min(1).max(100).default(50),
      }),
    )
    .query(({ ctx, input }) => listDeliveries({ ...input, workspaceId: ctx.membership.workspaceId })),
  delivery: memberProcedure('view')
    .input(ofOne)
    .query(({ ctx, input: { id } }) => getDelivery({ workspaceId: ctx.membership.workspaceId, id })),
  replay: memberProcedure('manage-webhooks')
    .input(ofOne)
    .mutation(({ ctx, input: { id } }) =>
      replayDelivery({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, id }),
    ),
  /** What an endpoint never got since then. */
  replayMissed: memberProcedure('manage-webhooks')
    .input(ofOne.extend({ since: z.iso.datetime().transform((text) => new Date(text)) }))
    .mutation(({ ctx, input: { id, since } }) =>
      replayMissed({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, id, since }),
    ),
})
