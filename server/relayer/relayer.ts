/** Pure rules of relaying: fees, bumps and what to do with a transaction that is not mined. */

export type RelayFees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

/** Nodes refuse more than 64 transactions behind a gap; we stay below. */
export const MAX_NONCES_AHEAD = 48
/** After so long without being mined the same bytes are sent again; after twice as long the fee is raised. */
export const RESEND_AFTER_SECONDS = 10
export const BUMP_AFTER_SECONDS = 20
/** Geth replaces a transaction only when both fees rise by a tenth; an eighth leaves room for rounding. */
const BUMP_NUMERATOR = 1125n
const BUMP_DENOMINATOR = 1000n
/** 100 gwei: a hundred thousand times Base's usual price. Above it a transaction waits instead. */
export const FEE_CAP_PER_GAS = 100_000_000_000n

/** The fees of a replacement: an eighth more than before and no less than today's, or null when the cap is reached. */
export function bumpFees(previous: RelayFees, current: RelayFees): RelayFees | null {
  const raise = (value: bigint) => (value * BUMP_NUMERATOR) / BUMP_DENOMINATOR + 1n
  const maxFeePerGas = max(raise(previous.maxFeePerGas), current.maxFeePerGas)
  const maxPriorityFeePerGas = max(raise(previous.maxPriorityFeePerGas), current.maxPriorityFeePerGas)
  if (maxFeePerGas > FEE_CAP_PER_GAS) return null
  return {
    maxFeePerGas,
    maxPriorityFeePerGas: maxPriorityFeePerGas > maxFeePerGas ? maxFeePerGas : maxPriorityFeePerGas,
  }
}

export type RelayStep = 'wait' | 'resend' | 'bump' | 'replaced'

type OpenRelay = { nonce: bigint; secondsSinceSent: number | null }

/**
 * What to do with a transaction that has no receipt. A nonce that is mined without it was used by another transaction;
 * a nonce beyond the next mined one waits for its predecessors, because bumping it cannot help.
 */
export function decideRelayStep({ nonce, secondsSinceSent }: OpenRelay, minedNonce: bigint): RelayStep {
  if (nonce < minedNonce) return 'replaced'
  if (secondsSinceSent === null || secondsSinceSent >= BUMP_AFTER_SECONDS) {
    return secondsSinceSent !== null && nonce === minedNonce ? 'bump' : 'resend'
  }
  return secondsSinceSent >= RESEND_AFTER_SECONDS ? 'resend' : 'wait'
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
