import { BaseError, ContractFunctionRevertedError } from 'viem'

/** The shortest truthful reason of a reverted call: a custom error with its values, a revert string, or viem's summary. */
export function revertReason(error: unknown): string {
  if (!(error instanceof BaseError)) return error instanceof Error ? error.message : String(error)
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  if (!(reverted instanceof ContractFunctionRevertedError)) return error.shortMessage
  if (reverted.data?.errorName === 'Error') return String(reverted.data.args?.[0])
  if (reverted.data) return `${reverted.data.errorName}(${(reverted.data.args ?? []).map(String).join(', ')})`
  return reverted.reason ?? error.shortMessage
}

/** Whether the chain itself refused the call, as opposed to an endpoint that did not answer. */
export function isRevert(error: unknown): boolean {
  return (
    error instanceof BaseError &&
    error.walk((cause) => cause instanceof ContractFunctionRevertedError) !== null
  )
}
