import type { TRPCError } from '@trpc/server'
import type { ErrorCode, FieldError } from '@/domain/errors'
import { AppError } from '@/server/core/app-error'
import { toAppError } from '@/server/http/to-app-error'

/** What a failed call tells the console, typed: `error.data.code` is a code of the registry. */
export type TrpcErrorData = {
  code: ErrorCode
  httpStatus: number
  requestId: string | null
  param: string | null
  errors: FieldError[]
  /** Further public members, such as `workspaceNotSelected` or `state`. */
  details: Record<string, unknown>
  retryAfterSeconds: number | null
}

/** The registry's error behind whatever tRPC caught or made itself. */
export function appErrorOf(error: TRPCError): AppError {
  if (error.cause) {
    const known = toAppError(error.cause)
    if (known.code !== 'internal_error' || error.code === 'INTERNAL_SERVER_ERROR') return known
  }
  switch (error.code) {
    case 'NOT_FOUND':
      return new AppError('not_found', 'There is no such procedure.')
    case 'METHOD_NOT_SUPPORTED':
      return new AppError('method_not_allowed', 'Queries are GET, mutations are POST.')
    case 'UNSUPPORTED_MEDIA_TYPE':
      return new AppError('unsupported_media_type')
    case 'PAYLOAD_TOO_LARGE':
      return new AppError('body_too_large')
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
      return new AppError('invalid_json', 'The input could not be read.')
    default:
      return new AppError('internal_error')
  }
}

export function toErrorData(error: AppError, requestId: string | null): TrpcErrorData {
  return {
    code: error.code,
    httpStatus: error.status,
    requestId,
    param: error.param ?? null,
    errors: error.errors ?? [],
    details: error.details,
    retryAfterSeconds: error.retryAfterSeconds ?? null,
  }
}
