import { z } from '@hono/zod-openapi'
import { EVENT_KINDS, type EventKind } from '@/domain/event-kinds'
import { workspaceIdSchema } from '@/domain/workspace-id'

/** `?limit`, 1 to 100, default 50. */
export const limitQuery = z
  .string()
  .regex(/^\d{1,3}$/, 'Must be a whole number from 1 to 100.')
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= 100, 'Must be from 1 to 100.')
  .default(50)
  .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 50 })

/** `?cursor`, the last id of the page before. An unknown one is `invalid_cursor`, whatever it looks like. */
export const cursorQuery = z.string().max(200).optional().openapi({ type: 'string' })

export const workspaceIdQuery = workspaceIdSchema
  .optional()
  .openapi({ type: 'string', format: 'uuid', description: 'May be omitted by who is in one workspace.' })

/** `?kind=DEPOSIT,WITHDRAWAL` */
export const kindsQuery = z
  .string()
  .max(100)
  .transform((text, ctx): EventKind[] => {
    const parsed = z.array(z.enum(EVENT_KINDS)).safeParse(text.split(','))
    if (parsed.success) return [...new Set(parsed.data)]
    ctx.addIssue({ code: 'custom', message: `Must be of ${EVENT_KINDS.join(', ')}, separated by commas.` })
    return z.NEVER
  })
  .optional()
  .openapi({ type: 'string', example: 'DEPOSIT,WITHDRAWAL' })
