import { z } from 'zod'
import { attributeDepositInput } from '@/domain/deposits'
import { attributeDeposit, listUnattributedDeposits } from '@/server/deposits'
import { getInstanceStatus, resolveAlarm } from '@/server/instance'
import { returnDeposit } from '@/server/withdrawals'
import { instanceAdminProcedure, router } from '../procedures'

export const instanceRouter = router({
  status: instanceAdminProcedure.query(() => getInstanceStatus()),
  resolveAlarm: instanceAdminProcedure
    .input(z.strictObject({ alarmId: z.guid() }))
    .mutation(({ ctx, input }) => resolveAlarm({ alarmId: input.alarmId, actor: ctx.actor.address })),
  returnDeposit: instanceAdminProcedure
    .input(z.strictObject({ depositId: z.guid() }))
    .mutation(({ ctx, input }) => returnDeposit({ depositId: input.depositId, actor: ctx.actor })),
  unattributedDeposits: instanceAdminProcedure.query(() => listUnattributedDeposits()),
  attributeDeposit: instanceAdminProcedure
    .input(attributeDepositInput)
    .mutation(({ ctx, input }) => attributeDeposit({ ...input, actor: ctx.actor })),
})
