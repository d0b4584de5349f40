import { z } from 'zod'
import { addEntryInput, updateEntryInput } from '@/domain/address-book'
import { workspaceIdSchema } from '@/domain/workspace-id'
import { addEntry, listEntries, removeEntry, updateEntry } from '@/server/address-book'
import { memberProcedure, router } from '../procedures'

const workspaceId = workspaceIdSchema.optional()

export const addressBookRouter = router({
  list: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => listEntries(ctx.membership)),
  add: memberProcedure('manage-address-book')
    .input(addEntryInput)
    .mutation(({ ctx, input: { address, name, note, isLookalikeAccepted } }) =>
      addEntry({
        actor: ctx.actor,
        workspaceId: ctx.membership.workspaceId,
        address,
        name,
        note: note ?? null,
        isLookalikeAccepted,
      }),
    ),
  update: memberProcedure('manage-address-book')
    .input(updateEntryInput)
    .mutation(({ ctx, input: { id, name, note } }) =>
      updateEntry({
        actor: ctx.actor,
        workspaceId: ctx.membership.workspaceId,
        id,
        name,
        note: note ?? null,
      }),
    ),
  remove: memberProcedure('manage-address-book')
    .input(z.strictObject({ workspaceId, id: z.guid() }))
    .mutation(async ({ ctx, input }) => {
      await removeEntry({ actor: ctx.actor, workspaceId: ctx.membership.workspaceId, id: input.id })
    }),
})
