import { BaseError, HttpRequestError, LimitExceededRpcError, TimeoutError } from 'viem'

/** Whether an endpoint did not answer, as opposed to the chain having refused a call. */
export function isTransportError(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  const isTransport = (cause: unknown) =>
    cause instanceof HttpRequestError ||
    cause instanceof TimeoutError ||
    cause instanceof LimitExceededRpcError
  return error.walk(isTransport) !== null
}
