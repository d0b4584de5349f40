import { BaseError, UserRejectedRequestError } from 'viem'

/** Whether a person declined in the wallet (EIP-1193 code 4001), however deep the wallet's library wrapped it. */
export function isRejection(error: unknown): boolean {
  if (error instanceof BaseError) {
    return error.walk((cause) => cause instanceof UserRejectedRequestError || codeOf(cause) === 4001) !== null
  }
  return codeOf(error) === 4001
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
