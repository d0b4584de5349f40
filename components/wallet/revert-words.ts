import { BaseError, ContractFunctionRevertedError, decodeErrorResult, type Hex, isHex } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { formatUsdc } from '@/domain/money'

export type RevertWords = {
  /** The error's name, or the first words of a revert string: what a log line or a bug report needs. */
  code: string
  /** What happened and what to do now, in a sentence or two. */
  words: string
}

type DecodedError = { errorName: string; args: readonly unknown[] }

const amount = (value: unknown) => (typeof value === 'bigint' ? `${formatUsdc(value)} USDC` : 'an amount')

const SETTLEMENT_WORDS: Record<string, (args: readonly unknown[]) => string> = {
  EnforcedPause: () =>
    'Top up is paused: the pool takes no deposits at the moment. Withdrawing is always possible. Try again once the pause is lifted.',
  InsufficientDeposit: ([requested, available]) =>
    `You asked for ${amount(requested)}, but the pool holds ${amount(available)} for this wallet. Enter at most that.`,
  ZeroAmount: () => 'The amount was zero. Enter more than zero.',
  UnexpectedAmountReceived: ([expected, received]) =>
    `The pool should have received ${amount(expected)} and received ${amount(received)}, so it refused the deposit.`,
  SafeERC20FailedOperation: () => 'USDC refused the transfer. Look at the wallet’s balance and allowance.',
  ReentrancyGuardReentrantCall: () => 'The pool was called again from inside itself and refused.',
}

// Circle's revert strings, as FiatToken v2.2 has them on every chain.
const STRING_WORDS: readonly [RegExp, string][] = [
  [
    /transfer amount exceeds balance/i,
    'The wallet no longer holds enough USDC for this amount. Add funds or enter less.',
  ],
  [
    /transfer amount exceeds allowance/i,
    'The pool is no longer allowed to take this much USDC from the wallet. Start again to allow it.',
  ],
  [/^Pausable: paused/i, 'USDC itself is paused by Circle. Nothing can move until Circle lifts it.'],
  [
    /Blacklistable: account is blacklisted/i,
    'Circle has blocked one of the addresses of this transfer. USDC cannot move from or to it; ask Circle.',
  ],
  [/authorization is expired/i, 'The signed deposit was relayed too late. Sign a new one.'],
  [/authorization is not yet valid/i, 'The signed deposit is not valid yet. Wait a moment and try again.'],
  [/authorization is used or canceled/i, 'This signed deposit was used or cancelled already.'],
  [/invalid signature/i, 'USDC did not accept the signature. Sign again with the wallet of this workspace.'],
]

/** Names why a call was refused: a custom error of the settlement or a revert string of USDC, in plain words. */
export function revertWords(error: unknown): RevertWords {
  const decoded = findDecoded(error)
  if (decoded) return fromDecoded(decoded)
  const data = findData(error)
  if (data) return revertWordsOfData(data)
  const reason = findReason(error)
  if (reason) return fromString(reason)
  return unknownReason('unknown')
}

/** The same for raw revert data. */
export function revertWordsOfData(data: Hex): RevertWords {
  try {
    const { errorName, args } = decodeErrorResult({ abi: luxxonSettlementAbi, data })
    return fromDecoded({ errorName, args: (args ?? []) as readonly unknown[] })
  } catch {
    return unknownReason(data === '0x' ? 'no reason given' : data.slice(0, 10))
  }
}

/** Whether the chain refused the call itself, as against an RPC that did not answer or a wallet that failed. */
export function isRevert(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  return (
    findDecoded(error) !== null ||
    findData(error) !== null ||
    error.walk((cause) => cause instanceof Error && /execution reverted/i.test(cause.message)) !== null
  )
}

function fromDecoded({ errorName, args }: DecodedError): RevertWords {
  if (errorName === 'Error') return fromString(String(args[0]))
  if (errorName === 'Panic') return unknownReason(`Panic(${String(args[0])})`)
  const words = SETTLEMENT_WORDS[errorName]
  return words ? { code: errorName, words: words(args) } : unknownReason(errorName)
}

function fromString(reason: string): RevertWords {
  const known = STRING_WORDS.find(([pattern]) => pattern.test(reason))
  return known
    ? { code: reason, words: known[1] }
    : { code: reason, words: `The contract refused it: “${reason}”.` }
}

function unknownReason(code: string): RevertWords {
  return {
    code,
    words: `The contract refused it and gave no reason that Bursar knows (${code}). Check the figures above before you try again.`,
  }
}

function findDecoded(error: unknown): DecodedError | null {
  if (!(error instanceof BaseError)) return null
  const cause = error.walk((inner) => inner instanceof ContractFunctionRevertedError)
  if (!(cause instanceof ContractFunctionRevertedError) || !cause.data) return null
  return { errorName: cause.data.errorName, args: (cause.data.args ?? []) as readonly unknown[] }
}

function findData(error: unknown): Hex | null {
  for (const cause of causesOf(error)) {
    const { data } = cause
    if (isHex(data) && data.length >= 10) return data
    // Some nodes and wallets wrap it once more: {data: {data: "0x…"}}.
    if (typeof data === 'object' && data !== null && 'data' in data && isHex(data.data)) return data.data
  }
  return null
}

function findReason(error: unknown): string | null {
  for (const cause of causesOf(error)) {
    const match = /(?:reverted with reason string|execution reverted:?)\s*['"]?([^'"\n]+)/i.exec(
      String(cause.message ?? ''),
    )
    const reason = match?.[1]?.trim()
    if (reason && !/^for an unknown reason/i.test(reason)) return reason
  }
  return null
}

function* causesOf(error: unknown): Generator<Record<string, unknown>> {
  let current: unknown = error
  // viem nests at most a handful; the bound keeps a cause that names itself from looping.
  for (let depth = 0; depth < 12 && typeof current === 'object' && current !== null; depth += 1) {
    yield current as Record<string, unknown>
    current = 'cause' in current ? current.cause : undefined
  }
}
