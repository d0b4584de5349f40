import { z } from 'zod'
import { getInstanceStatus, resolveAlarm } from '@/server/instance'
import { instanceAdminProcedure, router } from '../procedures'

export const instanceRouter = router({
  status: instanceAdminProcedure.query(() => getInstanceStatus()),
  resolveAlarm: instanceAdminProcedure
    .input(z.strictObject({ alarmId: z.uuid() }))
    .mutation(({ ctx, input }) => resolveAlarm({ alarmId: input.alarmId, actor: ctx.actor.address })),
})
