import * as z from 'zod'

/** As PostgreSQL reads one: any version, any case. Whatever its digits, one that is not the caller's is not found. */
export const workspaceIdSchema = z.guid().toLowerCase()
