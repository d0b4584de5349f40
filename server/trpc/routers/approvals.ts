import { z } from 'zod'
import {
  approvalCountInput,
  approvalListInput,
  approveManyInput,
  toApproveManyInput,
} from '@/domain/approval'
import { approveMany, countPendingApprovals, listPending, toApproveMany } from '@/server/approvals'
import { memberProcedure, router } from '../procedures'

export const approvalsRouter = router({
  list: memberProcedure('view')
    // `direction` is what react-query's infinite lists send beside the cursor; the list is only ever read on.
    .input(approvalListInput.extend({ direction: z.literal('forward').optional() }))
    .query(({ ctx, input }) =>
      listPending({
        workspaceId: ctx.membership.workspaceId,
        person: ctx.person.address,
        cursor: input.cursor,
        limit: input.limit,
        isForMe: input.isForMe,
        agentId: input.agentId,
      }),
    ),
  count: memberProcedure('view')
    .input(approvalCountInput)
    .query(({ ctx }) =>
      countPendingApprovals({ workspaceId: ctx.membership.workspaceId, person: ctx.person.address }),
    ),
  toApproveMany: memberProcedure('approve')
    .input(toApproveManyInput)
    .query(({ ctx, input }) =>
      toApproveMany({
        workspaceId: ctx.membership.workspaceId,
        person: ctx.person.address,
        approvalIds: input.approvalIds,
      }),
    ),
  approveMany: memberProcedure('approve')
    .input(approveManyInput)
    .mutation(({ ctx, input }) =>
      approveMany({
        workspaceId: ctx.membership.workspaceId,
        approvalIds: input.approvalIds,
        signature: input.signature,
        actor: ctx.actor,
      }),
    ),
})
