import { initTRPC } from '@trpc/server'
import superjson from 'superjson'
import { z } from 'zod'
import type { Permission } from '@/domain/roles'
import { workspaceIdSchema } from '@/domain/workspace-id'
import type { Actor } from '@/server/audit'
import { assertInstanceAdmin, type Person, requireMembership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import type { Context } from './context'
import { appErrorOf, toErrorData } from './format-error'

/** Who may call a procedure. The authorisation matrix of the tests is generated from it. */
export type Access = 'public' | 'signed-in' | 'instance-admin' | Permission

const t = initTRPC
  .context<Context>()
  .meta<{ access: Access }>()
  .create({
    transformer: superjson,
    errorFormatter: ({ shape, error, ctx }) => {
      const known = appErrorOf(error)
      return { message: known.message, code: shape.code, data: toErrorData(known, ctx?.requestId ?? null) }
    },
  })

export const { router, createCallerFactory } = t

export const publicProcedure = t.procedure.meta({ access: 'public' })

export const signedInProcedure = t.procedure.meta({ access: 'signed-in' }).use(async ({ ctx, next }) => {
  const person = await ctx.findPerson()
  if (!person) throw new AppError('unauthenticated', 'Sign in with your wallet and try again.')
  return next({ ctx: { person, actor: actorOf(person, ctx) } })
})

const workspaceInput = z.object({ workspaceId: workspaceIdSchema.optional() })

/** A procedure of members of `input.workspaceId` (the only workspace when omitted) whose role has the permission. */
export function memberProcedure(permission: Permission) {
  return signedInProcedure
    .meta({ access: permission })
    .input(workspaceInput)
    .use(async ({ ctx, input, next }) => {
      const membership = await requireMembership({
        address: ctx.person.address,
        workspaceId: input.workspaceId,
        permission,
      })
      return next({ ctx: { membership } })
    })
}

export const instanceAdminProcedure = signedInProcedure
  .meta({ access: 'instance-admin' })
  .use(async ({ ctx, next }) => {
    assertInstanceAdmin(ctx.person.address)
    return next()
  })

function actorOf(person: Person, ctx: Context): Actor {
  return { address: person.address, requestId: ctx.requestId }
}
