import { claimForAgentInput, depositsOfAgentInput } from '@/domain/deposits'
import { claimDeposit, getReceiveAddress, listDeposits, requireAgentOf } from '@/server/deposits'
import { memberProcedure, router } from '../procedures'

export const depositsRouter = router({
  receiveAddress: memberProcedure('view')
    .input(depositsOfAgentInput)
    .query(async ({ ctx, input }) => {
      const { workspaceId } = ctx.membership
      return getReceiveAddress(await requireAgentOf({ agentId: input.agentId, workspaceId }))
    }),
  claim: memberProcedure('approve')
    .input(claimForAgentInput)
    .mutation(async ({ ctx, input: { agentId, txHash, chainId } }) => {
      const { workspaceId } = ctx.membership
      const agent = await requireAgentOf({ agentId, workspaceId })
      return claimDeposit({ agent, txHash, chainId, actor: ctx.actor })
    }),
  list: memberProcedure('view')
    .input(depositsOfAgentInput)
    .query(async ({ ctx, input }) => {
      const { workspaceId } = ctx.membership
      return listDeposits(await requireAgentOf({ agentId: input.agentId, workspaceId }))
    }),
})
