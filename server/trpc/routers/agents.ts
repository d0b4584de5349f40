import { z } from 'zod'
import { addressSchema } from '@/domain/address-schema'
import { agentIdSchema, createAgentInput, linkAgentInput, updateAgentInput } from '@/domain/agent'
import { workspaceIdSchema } from '@/domain/workspace-id'
import {
  createAgent,
  getAgentDetails,
  getAgentToLink,
  linkAgent,
  listAgents,
  revokeAgent,
  rotateToken,
  unlinkWallet,
  updateAgent,
} from '@/server/agents'
import { memberProcedure, router, signedInProcedure } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
const agent = z.strictObject({ agentId: agentIdSchema, workspaceId })

export const agentsRouter = router({
  list: memberProcedure('view')
    .input(
      z.strictObject({
        workspaceId,
        cursor: agentIdSchema.optional(),
        // What react-query's infinite lists send beside the cursor; the list is only ever read on.
        direction: z.literal('forward').optional(),
        limit: z.number().int().min(1).max(100).default(50),
      }),
    )
    .query(({ ctx, input }) => listAgents({ ...input, workspaceId: ctx.membership.workspaceId })),
  get: memberProcedure('view')
    .input(agent)
    .query(({ ctx, input }) => getAgentDetails({ ...input, workspaceId: ctx.membership.workspaceId })),
  create: memberProcedure('manage-agents')
    .input(createAgentInput.extend({ workspaceId }))
    .mutation(({ ctx, input }) =>
      createAgent({ ...input, workspaceId: ctx.membership.workspaceId, actor: ctx.actor }),
    ),
  /** What the link page shows; the agent belongs to nobody yet, so no membership is asked. */
  toLink: signedInProcedure
    .input(z.strictObject({ agentId: agentIdSchema }))
    .query(({ ctx, input }) => getAgentToLink({ ...input, address: ctx.person.address })),
  link: memberProcedure('manage-agents')
    .input(linkAgentInput.extend({ workspaceId }))
    .mutation(({ ctx, input }) =>
      linkAgent({ ...input, workspaceId: ctx.membership.workspaceId, actor: ctx.actor }),
    ),
  update: memberProcedure('manage-agents')
    .input(updateAgentInput.extend({ workspaceId }))
    .mutation(({ ctx, input }) =>
      updateAgent({ ...input, workspaceId: ctx.membership.workspaceId, actor: ctx.actor }),
    ),
  /** Answers the new token once; the former ones die after a minute. */
  rotate: memberProcedure('manage-agents')
    .input(agent)
    .mutation(async ({ ctx, input }) => {
      const rotated = await rotateToken({
        agentId: input.agentId,
        workspaceId: ctx.membership.workspaceId,
        actor: ctx.actor,
      })
      return { ...rotated, previousExpiresAt: rotated.previousExpiresAt.toISOString() }
    }),
  revoke: memberProcedure('manage-agents')
    .input(agent)
    .mutation(({ ctx, input }) =>
      revokeAgent({ ...input, workspaceId: ctx.membership.workspaceId, actor: ctx.actor }),
    ),
  unlinkWallet: memberProcedure('manage-agents')
    .input(agent.extend({ address: addressSchema }))
    .mutation(({ ctx, input }) =>
      unlinkWallet({ ...input, workspaceId: ctx.membership.workspaceId, actor: ctx.actor }),
    ),
})
