import { z } from 'zod'
import { agentIdSchema } from '@/domain/agent'
import { createMandateInput, MANDATE_STATUSES, mandateIdSchema, mandateTermsInput } from '@/domain/mandate'
import { hasPermission, type Permission } from '@/domain/roles'
import { signatureSchema } from '@/domain/signature'
import { workspaceIdSchema } from '@/domain/workspace-id'
import { requireMembership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import {
  createMandate,
  getMandateDetails,
  getMandateToSign,
  getMandateWorkspace,
  listMandates,
  noSuchMandate,
  revokeMandate,
  setMandateEnabled,
  signMandate,
} from '@/server/mandates'
import { memberProcedure, router, signedInProcedure } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
const mandate = z.strictObject({ workspaceId, mandateId: mandateIdSchema })

/** Members of the workspace that the mandate belongs to; for everybody else it does not exist. */
function mandateProcedure(permission: Permission) {
  return signedInProcedure
    .input(z.object({ workspaceId, mandateId: mandateIdSchema }))
    .use(async ({ ctx, input, next }) => {
      const of = { address: ctx.person.address, workspaceId: await getMandateWorkspace(input.mandateId) }
      if (input.workspaceId !== undefined && input.workspaceId !== of.workspaceId) throw noSuchMandate()
      const membership = await requireMembership({ ...of, permission }).catch((error: unknown) => {
        throw error instanceof AppError && error.code === 'not_found' ? noSuchMandate() : error
      })
      return next({ ctx: { membership } })
    })
}

export const mandatesRouter = router({
  list: memberProcedure('view')
    .input(
      z.strictObject({
        workspaceId,
        agentId: agentIdSchema.optional(),
        status: z.enum(MANDATE_STATUSES).optional(),
        cursor: mandateIdSchema.optional(),
        direction: z.literal('forward').optional(),
        limit: z.number().int().min(1).max(100).default(50),
      }),
    )
    .query(({ ctx, input: { agentId, status, cursor, limit } }) =>
      listMandates({ workspaceId: ctx.membership.workspaceId, agentId, status, cursor, limit }),
    ),
  get: mandateProcedure('view')
    .input(mandate)
    .query(async ({ ctx, input }) => {
      const { workspaceId: id, role } = ctx.membership
      const details = await getMandateDetails({ ...input, workspaceId: id })
      return { ...details, mayApprove: hasPermission(role, 'approve') }
    }),
  create: memberProcedure('approve')
    .input(createMandateInput)
    .mutation(({ ctx, input: { workspaceId: _, agentId, ...intent } }) =>
      createMandate({ workspaceId: ctx.membership.workspaceId, agentId, intent, actor: ctx.actor }),
    ),
  toSign: mandateProcedure('approve')
    .input(mandate.extend({ terms: mandateTermsInput.optional() }))
    .query(({ ctx, input }) => getMandateToSign({ ...input, signer: ctx.person.address })),
  sign: mandateProcedure('approve')
    .input(mandate.extend({ signature: signatureSchema, terms: mandateTermsInput.optional() }))
    .mutation(({ ctx, input }) => signMandate({ ...input, actor: ctx.actor })),
  setEnabled: mandateProcedure('approve')
    .input(mandate.extend({ isEnabled: z.boolean() }))
    .mutation(({ ctx, input }) =>
      setMandateEnabled({ ...input, workspaceId: ctx.membership.workspaceId, actor: ctx.actor }),
    ),
  revoke: mandateProcedure('approve')
    .input(mandate)
    .mutation(({ ctx, input }) =>
      revokeMandate({ ...input, workspaceId: ctx.membership.workspaceId, actor: ctx.actor }),
    ),
})
