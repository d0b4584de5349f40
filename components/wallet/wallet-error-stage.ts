import {
  BaseError,
  ChainMismatchError,
  HttpRequestError,
  InsufficientFundsError,
  SwitchChainError,
  TimeoutError,
  WebSocketRequestError,
} from 'viem'
import { PrepayRefusal } from './flow-ports'
import type { StepStage } from './flow-schema'
import { isRejection } from './is-rejection'
import { isRevert, revertWords } from './revert-words'

/** What a failed attempt to send or sign means to a person. Nothing was sent in any of these. */
export function walletErrorStage(error: unknown): StepStage {
  if (isRejection(error)) return { stage: 'rejected' }
  if (isRevert(error)) return { stage: 'reverted', hash: null, ...revertWords(error) }
  if (error instanceof PrepayRefusal) return { stage: 'failed', problem: 'server', words: error.message }
  if (isMissingGas(error)) {
    return {
      stage: 'failed',
      problem: 'no-gas',
      words: 'The wallet has not enough ETH to pay for gas. Nothing was sent.',
    }
  }
  if (isWrongNetwork(error)) {
    return {
      stage: 'failed',
      problem: 'wrong-network',
      words: 'The wallet is on another network. Nothing was sent; switch it and try again.',
    }
  }
  if (isUnreachable(error)) {
    return {
      stage: 'failed',
      problem: 'rpc-down',
      words: 'The chain’s RPC does not answer. Nothing was sent; try again when it does.',
    }
  }
  return { stage: 'failed', problem: 'wallet', words: `The wallet could not do it: ${firstLine(error)}` }
}

/** Whether the chain could not be asked, as against an answer that refuses. */
export function isUnreachable(error: unknown): boolean {
  return hasCause(
    error,
    (cause) =>
      cause instanceof HttpRequestError ||
      cause instanceof TimeoutError ||
      cause instanceof WebSocketRequestError,
  )
}

function isMissingGas(error: unknown): boolean {
  return hasCause(
    error,
    (cause) =>
      cause instanceof InsufficientFundsError ||
      (cause instanceof Error &&
        /insufficient funds for (gas|transfer)|exceeds the balance/i.test(cause.message)),
  )
}

function isWrongNetwork(error: unknown): boolean {
  return hasCause(
    error,
    (cause) =>
      cause instanceof ChainMismatchError ||
      cause instanceof SwitchChainError ||
      // The last is what extensions say who compare the domain of typed data with the chain they are on.
      (cause instanceof Error &&
        (/ConnectorChainMismatch/.test(cause.name) || /must match the active chainid/i.test(cause.message))),
  )
}

function hasCause(error: unknown, matches: (cause: unknown) => boolean): boolean {
  return error instanceof BaseError ? error.walk(matches) !== null : matches(error)
}

function firstLine(error: unknown): string {
  if (error instanceof BaseError) return error.shortMessage
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'it gave no reason.'
}
