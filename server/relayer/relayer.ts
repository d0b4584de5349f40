/** Pure rules of relaying: fees, bumps and what to do with a transaction that is not mined. */

export type RelayFees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

/** Nodes refuse more than 64 transactions behind a gap; we stay below. */
export const MAX_NONCES_AHEAD = 48
/** A nonce so far beyond the mined count was taken while an endpoint showed a false one: a gap of that size is never filled. */
export const UNREACHABLE_AHEAD = 1_000
/** What a transfer of nothing to oneself takes: it only uses up a nonce. */
export const FILL_GAS_LIMIT = 21_000n
/** After so long without being mined the same bytes are sent again; after twice as long the fee may be raised. */
export const RESEND_AFTER_SECONDS = 10
export const BUMP_AFTER_SECONDS = 20
/** Payouts that no node has taken for so long, while all behind them wait, leave their nonce to a fill. */
export const REFUSED_FOR_SECONDS = 300
/** So many blocks could have taken it and did not. While no blocks come, no fee helps. */
export const BUMP_AFTER_BLOCKS = 3n
/** Geth replaces a transaction only when both fees rise by a tenth; an eighth leaves room for rounding. */
const BUMP_NUMERATOR = 1125n
const BUMP_DENOMINATOR = 1000n
/** 100 gwei: a hundred thousand times Base's usual price. Above it a transaction waits instead. */
export const FEE_CAP_PER_GAS = 100_000_000_000n
/** What waits although it offers three times today's price does not wait for its fee. */
export const MOST_TIMES_ESTIMATE = 3n
/** 0.05 ETH: the most that a transaction may cost, also with a raised fee. A full batch reaches it at 4 gwei. */
export const MOST_WEI_PER_TRANSACTION = 50_000_000_000_000_000n
/** A relayer that no worker has looked at for so long has a key that no worker has. */
export const ABANDONED_AFTER_SECONDS = 60
/** After so long another key may carry what an abandoned relayer's transaction carries. */
export const GIVE_UP_ABANDONED_SECONDS = 120

/** Whether an endpoint that errs, or the price of the day, asks more than a transaction may offer (`price`) or cost (`sum`). */
export function findExcess({ maxFeePerGas }: RelayFees, gasLimit: bigint): 'price' | 'sum' | null {
  if (maxFeePerGas > FEE_CAP_PER_GAS) return 'price'
  return gasLimit * maxFeePerGas > MOST_WEI_PER_TRANSACTION ? 'sum' : null
}

type Bump = { previous: RelayFees; current: RelayFees; gasLimit: bigint }

/**
 * The fees of a replacement: an eighth more than before and no less than today's, or null when that would be more than a
 * transaction may offer or cost.
 */
export function bumpFees({ previous, current, gasLimit }: Bump): RelayFees | null {
  const raise = (value: bigint) => (value * BUMP_NUMERATOR) / BUMP_DENOMINATOR + 1n
  const maxFeePerGas = max(raise(previous.maxFeePerGas), current.maxFeePerGas)
  const maxPriorityFeePerGas = max(raise(previous.maxPriorityFeePerGas), current.maxPriorityFeePerGas)
  if (maxFeePerGas > current.maxFeePerGas * MOST_TIMES_ESTIMATE) return null
  const fees = {
    maxFeePerGas,
    maxPriorityFeePerGas: maxPriorityFeePerGas > maxFeePerGas ? maxFeePerGas : maxPriorityFeePerGas,
  }
  return findExcess(fees, gasLimit) ? null : fees
}

export type RelayStep = 'wait' | 'resend' | 'bump' | 'replaced'

type OpenRelay = {
  nonce: bigint
  secondsSinceSent: number | null
  /** How many blocks have come since it was the next to be mined; null when it was not before. */
  blocksSinceNext: bigint | null
}

/**
 * What to do with a transaction that has no receipt. A nonce that is mined without it was used by another transaction;
 * a nonce beyond the next mined one waits for its predecessors, because bumping it cannot help.
 */
export function decideRelayStep(
  { nonce, secondsSinceSent, blocksSinceNext }: OpenRelay,
  minedNonce: bigint,
): RelayStep {
  if (nonce < minedNonce) return 'replaced'
  if (secondsSinceSent === null) return 'resend'
  const isPassedOver = blocksSinceNext !== null && blocksSinceNext >= BUMP_AFTER_BLOCKS
  if (nonce === minedNonce && isPassedOver && secondsSinceSent >= BUMP_AFTER_SECONDS) return 'bump'
  return secondsSinceSent >= RESEND_AFTER_SECONDS ? 'resend' : 'wait'
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
