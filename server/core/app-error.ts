import { ERRORS, type ErrorCode, type FieldError } from '@/domain/errors'

type AppErrorOptions = {
  /** The one field that is wrong, when it is one. */
  param?: string
  errors?: FieldError[]
  /** Further members of the problem document; they are public. */
  details?: Record<string, unknown>
  cause?: unknown
  /** For 429 and 503: seconds after which the call may be repeated. */
  retryAfterSeconds?: number
  /** Further headers of the HTTP answer. */
  headers?: Record<string, string>
}

/** The only error that leaves a use case. Its message is public: the values in conflict and the next step, no secrets. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly status: number
  readonly param: string | undefined
  readonly errors: FieldError[] | undefined
  readonly details: Record<string, unknown>
  readonly retryAfterSeconds: number | undefined
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, message?: string, options: AppErrorOptions = {}) {
    super(message ?? `${ERRORS[code].title}.`, { cause: options.cause })
    this.code = code
    this.status = ERRORS[code].status
    this.param = options.param
    this.errors = options.errors
    this.details = options.details ?? {}
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? {}
  }
}
