import { TRPCClientError } from '@trpc/client'
import { ERRORS, type ErrorCode, type FieldError } from '@/domain/errors'

export type ReadProblem = {
  code: ErrorCode | null
  title: string
  /** A sentence with the values in conflict and the next step. */
  detail: string
  requestId: string | null
  errors: FieldError[]
  details: Record<string, unknown>
}

/** What a failed procedure says to a person; an answer that never came has its own words. */
export function readProblem(error: unknown): ReadProblem {
  const data: unknown = error instanceof TRPCClientError ? error.data : null
  if (!isErrorData(data)) {
    return {
      code: null,
      title: 'The console did not answer',
      detail:
        'Check the connection and try again. It may have been done all the same: look before you repeat it.',
      requestId: null,
      errors: [],
      details: {},
    }
  }
  return {
    code: data.code,
    title: ERRORS[data.code].title,
    detail: error instanceof Error ? error.message : '',
    requestId: data.requestId ?? null,
    errors: data.errors ?? [],
    details: data.details ?? {},
  }
}

type ErrorData = {
  code: ErrorCode
  requestId?: string | null
  errors?: FieldError[]
  details?: Record<string, unknown>
}

function isErrorData(data: unknown): data is ErrorData {
  if (typeof data !== 'object' || data === null || !('code' in data)) return false
  return typeof data.code === 'string' && Object.hasOwn(ERRORS, data.code)
}
