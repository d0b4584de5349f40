/** The states of a payout in their order (the documented ones). */
export const PAYOUT_STATUSES = [
  'pending_authorization',
  'authorized',
  'signing',
  'signed',
  'broadcasting',
  'succeeded',
  'confirmed',
  'failed',
] as const
export type PayoutStatus = (typeof PAYOUT_STATUSES)[number]

/** Why a payout failed. A stored reason may carry a suffix behind a colon. */
export const FAILURE_REASONS = [
  'user_denied',
  'expired',
  'cancelled',
  'mandate_revoked',
  'mandate_disabled',
  'killed',
  'insufficient_funds',
  'signing_failed',
  'tx_reverted',
  'tx_confirmation_timeout',
  'authorization_expired',
] as const
export type FailureReason = (typeof FAILURE_REASONS)[number]

const BEFORE_SIGNING = [
  'user_denied',
  'expired',
  'cancelled',
  'mandate_revoked',
  'mandate_disabled',
  'killed',
  'insufficient_funds',
] as const
/** Only with the proof that the signed authorization can never be used. */
const PROVABLY_DEAD = ['authorization_expired', 'tx_reverted'] as const

type Edges = { to: readonly PayoutStatus[]; failsFor: readonly FailureReason[] }

/** Every edge there is; `payout_edge_allowed` in the database says the same, and a test compares the two. */
export const PAYOUT_EDGES: Record<PayoutStatus | 'timed_out', Edges> = {
  pending_authorization: { to: ['authorized'], failsFor: BEFORE_SIGNING },
  authorized: { to: ['signing'], failsFor: BEFORE_SIGNING },
  signing: { to: ['signed'], failsFor: ['signing_failed', 'insufficient_funds'] },
  signed: { to: ['broadcasting'], failsFor: PROVABLY_DEAD },
  broadcasting: { to: ['succeeded'], failsFor: PROVABLY_DEAD },
  succeeded: { to: ['confirmed'], failsFor: ['tx_reverted', 'tx_confirmation_timeout'] },
  confirmed: { to: [], failsFor: [] },
  failed: { to: [], failsFor: [] },
  /** `failed` for `tx_confirmation_timeout`: unknown, until the chain has proved one or the other. */
  timed_out: { to: ['confirmed'], failsFor: ['authorization_expired'] },
}

/** A failure without its suffix. */
export function baseReason(reason: string): string {
  return reason.split(':', 1)[0] ?? reason
}

/** The outcome on chain is not known: budget and bizId stay held. */
export function isTimedOut(status: PayoutStatus, failureReason: string | null): boolean {
  return status === 'failed' && baseReason(failureReason ?? '') === 'tx_confirmation_timeout'
}

/** Nothing will change any more, but for a reorganisation of a confirmed one. */
export function isFinalPayout(status: PayoutStatus, failureReason: string | null): boolean {
  return status === 'confirmed' || (status === 'failed' && !isTimedOut(status, failureReason))
}

type State = { status: PayoutStatus; failureReason: string | null }

/** Whether a payout may go from one state to another. */
export function isEdgeAllowed(from: State, to: State): boolean {
  const edges = PAYOUT_EDGES[isTimedOut(from.status, from.failureReason) ? 'timed_out' : from.status]
  if (to.status !== 'failed') return edges.to.includes(to.status)
  return (edges.failsFor as readonly string[]).includes(baseReason(to.failureReason ?? ''))
}
