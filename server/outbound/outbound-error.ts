/**
 * Why a call to a stranger's server came to nothing: its address may not be called, it cannot be reached or broke off, it
 * took too long, or its answer is too large.
 */
export type OutboundReason = 'refused' | 'unreachable' | 'timed_out' | 'too_large'

export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly reason: OutboundReason

  constructor(reason: OutboundReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** The reason inside whatever an HTTP client threw. */
export function toOutboundError(thrown: unknown): OutboundError {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; depth += 1) {
    if (error instanceof OutboundError) return error
    if (isTimeout(error))
      return new OutboundError('timed_out', 'It did not answer in time.', { cause: thrown })
    const [first] = error instanceof AggregateError ? error.errors : []
    error = first ?? error.cause
  }
  return new OutboundError('unreachable', 'It cannot be reached, or it broke off.', { cause: thrown })
}

function isTimeout(error: Error): boolean {
  if (error.name === 'TimeoutError') return true
  const { code } = error as Error & { code?: unknown }
  return typeof code === 'string' && /^(UND_ERR_.*_TIMEOUT|ETIMEDOUT)$/.test(code)
}
