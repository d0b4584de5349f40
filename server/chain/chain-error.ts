import { BaseError, HttpRequestError, RpcRequestError, TimeoutError } from 'viem'
import { AppError } from '@/server/core/app-error'
import { withoutKeys } from './endpoint-keys'

/**
 * `too_large`: ask for fewer blocks. `unavailable`: ask again later or elsewhere. `incomplete`: the answer contradicts
 * itself or its block, so it is as good as none. `unknown_block`: the node does not have that block (any more).
 */
type ChainErrorKind = 'too_large' | 'unavailable' | 'incomplete' | 'unknown_block'

export class ChainError extends Error {
  override readonly name = 'ChainError'
  readonly kind: ChainErrorKind

  constructor(kind: ChainErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.kind = kind
  }
}

// Providers agree on no code for "too many results"; these are the words of geth, Alchemy, QuickNode, Infura and Ankr.
const TOO_LARGE =
  /too (many|large|wide)|more than \d+ results|block range|range (is )?(too|limit|exceed)|exceed\w* .*(limit|range|size)|response size|result window|query timeout|limited to/i
const UNKNOWN_BLOCK = /unknown block|block not found|header not found|resource not found|BlockOutOfRange/i
// A rate limit also "exceeds a limit"; fewer blocks at a time would not help it.
const RATE_LIMIT = /rate limit|too many requests|429|compute units|credits/i

/** What went wrong, by class, for any error of an RPC call. The text names no URL: endpoints may hold keys. */
export function toChainError(error: unknown): ChainError {
  if (error instanceof ChainError) return error
  const description = describeRpcError(error)
  const kind = RATE_LIMIT.test(description)
    ? 'unavailable'
    : UNKNOWN_BLOCK.test(description)
      ? 'unknown_block'
      : TOO_LARGE.test(description)
        ? 'too_large'
        : 'unavailable'
  return new ChainError(kind, description, { cause: error })
}

/** One line about any error that is safe to log and to store: no URL, no key of an endpoint, nothing of what was sent. */
export function describeRpcError(error: unknown): string {
  if (!(error instanceof BaseError)) return error instanceof Error ? oneLine(error.message) : 'unknown error'
  const http = error.walk((inner) => inner instanceof HttpRequestError)
  if (http instanceof HttpRequestError) return oneLine(`HTTP ${http.status ?? 'error'}: ${http.details}`)
  const timeout = error.walk((inner) => inner instanceof TimeoutError)
  if (timeout) return 'the node did not answer in time'
  const rpc = error.walk((inner) => inner instanceof RpcRequestError)
  if (rpc instanceof RpcRequestError) return oneLine(`${rpc.code}: ${rpc.details}`)
  return oneLine(error.shortMessage)
}

function oneLine(text: string): string {
  return withoutKeys(text).slice(0, 300)
}

/** Runs a read for a person. Throws `dependency_unavailable` when the chain does not answer. */
export async function orUnavailable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'dependency_unavailable',
      'The chain does not answer just now. Nothing was changed; try again in a few seconds.',
      { cause: toChainError(error), retryAfterSeconds: 5 },
    )
  }
}
