import { z } from 'zod'
import {
  balanceRefundInput,
  refundTargetsInput,
  revenueWithdrawalInput,
  withdrawalListInput,
} from '@/domain/withdrawal'
import { workspaceIdSchema } from '@/domain/workspace-id'
import {
  getRevenue,
  listRefundTargets,
  listWithdrawals,
  requestBalanceRefund,
  requestRevenueWithdrawal,
} from '@/server/withdrawals'
import { memberProcedure, router } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
const direction = z.literal('forward').optional()

export const withdrawalsRouter = router({
  list: memberProcedure('view')
    .input(withdrawalListInput.extend({ direction }))
    .query(({ ctx, input }) =>
      listWithdrawals({
        workspaceId: ctx.membership.workspaceId,
        agentId: input.agentId,
        kind: input.kind,
        cursor: input.cursor,
        limit: input.limit,
      }),
    ),
  requestBalanceRefund: memberProcedure('withdraw')
    .input(balanceRefundInput)
    .mutation(({ ctx, input }) =>
      requestBalanceRefund({
        workspaceId: ctx.membership.workspaceId,
        agentId: input.agentId,
        toAddress: input.toAddress,
        amount: BigInt(input.amountUsdc),
        actor: ctx.actor,
        idempotencyKey: input.idempotencyKey,
      }),
    ),
  requestRevenueWithdrawal: memberProcedure('withdraw')
    .input(revenueWithdrawalInput)
    .mutation(({ ctx, input }) =>
      requestRevenueWithdrawal({
        workspaceId: ctx.membership.workspaceId,
        amount: BigInt(input.amountUsdc),
        actor: ctx.actor,
        idempotencyKey: input.idempotencyKey,
      }),
    ),
  refundTargets: memberProcedure('view')
    .input(refundTargetsInput)
    .query(({ ctx, input }) =>
      listRefundTargets({ workspaceId: ctx.membership.workspaceId, agentId: input.agentId }),
    ),
  revenue: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => getRevenue(ctx.membership)),
})
