import { ZodError } from 'zod'
import type { FieldError } from '@/domain/errors'
import { AppError } from '@/server/core/app-error'

// PostgreSQL: connection exceptions (08), no connection left, shut-downs, a statement over its time; Prisma's names for
// the same; the operating system's; viem's transport errors.
const UNAVAILABLE_CODES =
  /^(08...|53300|57P0[123]|57014|P1001|P1002|P1008|P1017|P2024|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EPIPE|EAI_AGAIN|EHOSTUNREACH)$/
const UNAVAILABLE_NAMES = new Set([
  'HttpRequestError',
  'TimeoutError',
  'RpcRequestError',
  'WebSocketRequestError',
])
const UNAVAILABLE_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Can't reach database server/

/** Every transport turns what was thrown into the one error that may leave: known ones as they are, the rest as `internal_error`. */
export function toAppError(thrown: unknown): AppError {
  for (const error of causesOf(thrown)) {
    if (error instanceof AppError) return error
    if (error instanceof ZodError) return invalidRequest(error)
    if (isUnavailable(error)) {
      return new AppError(
        'dependency_unavailable',
        'The database or the chain does not answer. Try again shortly.',
        {
          cause: thrown,
          retryAfterSeconds: 5,
        },
      )
    }
  }
  return new AppError(
    'internal_error',
    'Something went wrong on our side. Quote the request id when you report it.',
    {
      cause: thrown,
    },
  )
}

/** All wrong fields at once. An unknown field is named by its own path. */
export function invalidRequest(error: ZodError): AppError {
  return wrongFields(fieldErrorsOf(error))
}

export function fieldErrorsOf({ issues }: Pick<ZodError, 'issues'>): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.slice(0, 20).map((key) => ({
      path: [path, key.slice(0, 100)].filter(Boolean).join('.'),
      message: 'Is not a field of this request.',
    }))
  })
}

/** `invalid_request`; a cursor that is wrong alone is as unknown as any other. */
export function wrongFields(errors: FieldError[]): AppError {
  const paths = [...new Set(errors.map(({ path }) => path))]
  const [param, ...others] = paths
  if (param === 'cursor' && others.length === 0)
    return new AppError('invalid_cursor', 'Start again without a cursor.', { param })
  const named = paths.map((path) => path || 'the body').join(', ')
  const isOne = param && others.length === 0
  return new AppError('invalid_request', `Correct ${named}.`, { errors, ...(isOne ? { param } : {}) })
}

function* causesOf(thrown: unknown): Generator<unknown> {
  let error = thrown
  // A cause chain that bites its own tail must not hold a request.
  for (let depth = 0; error && depth < 10; depth += 1) {
    yield error
    if (error instanceof AggregateError) yield* error.errors
    error = error instanceof Error ? error.cause : undefined
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as Error & { code?: unknown }
  if (typeof code === 'string' && UNAVAILABLE_CODES.test(code)) return true
  return UNAVAILABLE_NAMES.has(error.name) || UNAVAILABLE_WORDS.test(error.message)
}
