import { z } from 'zod'
import { checksummed } from '@/domain/address'
import type { MeView } from '@/domain/people'
import { isInstanceAdmin, listSessions, revokeAllSessions, revokeSession } from '@/server/auth'
import { listWorkspaces } from '@/server/workspaces'
import { publicProcedure, router, signedInProcedure } from '../procedures'

export const authRouter = router({
  /** Null when nobody is signed in: the console asks this first and shows the sign-in page. */
  me: publicProcedure.query(async ({ ctx }): Promise<MeView | null> => {
    const person = await ctx.findPerson()
    if (!person) return null
    const { workspaces } = await listWorkspaces({ address: person.address })
    return {
      address: checksummed(person.address),
      isInstanceAdmin: isInstanceAdmin(person.address),
      sessionExpiresAt: person.expiresAt.toISOString(),
      workspaces,
    }
  }),
  sessions: signedInProcedure.query(({ ctx }) => listSessions(ctx.person)),
  revokeSession: signedInProcedure
    .input(z.strictObject({ sessionId: z.guid() }))
    .mutation(({ ctx, input }) => revokeSession({ person: ctx.person, id: input.sessionId })),
  revokeAllSessions: signedInProcedure
    .input(z.strictObject({ keepsCurrent: z.boolean().default(true) }))
    .mutation(({ ctx, input }) =>
      revokeAllSessions({ person: ctx.person, keepsCurrent: input.keepsCurrent }),
    ),
})
