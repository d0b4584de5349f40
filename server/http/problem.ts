import { ERRORS, type Problem } from '@/domain/errors'
import type { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { TextResponse } from './text-response'

/** The RFC 9457 document of an error: the registry's title, the error's own words, its public details. */
function toProblem(error: AppError, requestId: string): Problem {
  return {
    ...error.details,
    type: `${env().APP_ORIGINS[0] ?? ''}/docs#error-${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.param === undefined ? {} : { param: error.param }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  }
}

/** The one place where an error becomes an HTTP answer. */
export function problemResponse(error: AppError, requestId: string): Response {
  const headers = new Headers(error.headers)
  headers.set('content-type', 'application/problem+json; charset=utf-8')
  if (error.retryAfterSeconds !== undefined) headers.set('retry-after', String(error.retryAfterSeconds))
  if (error.code === 'unauthenticated') headers.set('www-authenticate', 'Bearer')
  return new TextResponse(JSON.stringify(toProblem(error, requestId)), { status: error.status, headers })
}
