import { z } from '@hono/zod-openapi'
import { ERRORS, type ErrorCode } from '@/domain/errors'
import { problemHeaders } from './documented-headers'

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]

/** RFC 9457, as every error answers. Further members depend on the code. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(codes),
    requestId: z.string(),
    param: z.string().optional(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

/** The error answers of a route for the OpenAPI document: one for each status, naming its codes. */
export function problemAnswers(possible: readonly ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of possible) {
    const { status } = ERRORS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, own]) => [
      String(status),
      {
        headers: problemHeaders(own),
        description: own.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  )
}
