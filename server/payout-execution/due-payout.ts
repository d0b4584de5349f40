import type { StoredAddress } from '@/domain/address'
import type { PayoutStatus } from '@/domain/payout-status'
import type { Next } from '@/server/relayer'

/** What may be used by anybody who has seen it, until `validBefore`. */
export type PayoutAuthorization = {
  nonce: `0x${string}`
  /** Unix seconds, exclusive. */
  validBefore: bigint
  signature: `0x${string}`
}

/** A payout whose lease this round holds. */
export type DuePayout = {
  id: string
  leaseVersion: number
  status: PayoutStatus
  failureReason: string | null
  workspaceId: string
  from: StoredAddress
  to: StoredAddress
  /** Atomic units. */
  amount: bigint
  createdAt: Date
  /** When this round took it, by the database's clock. */
  claimedAt: Date
  expiresAt: Date
  /** By the database's clock. */
  isExpired: boolean
  /** In `succeeded` for longer than the time-out. */
  isLate: boolean
  /** Its workspace has spent the gas of the day, and it was sent before. */
  isGasless: boolean
  /** Since it was to be signed; null before. */
  ageSeconds: number | null
  waitingFor: string | null
  /** Null until it is signed. */
  authorization: PayoutAuthorization | null
  blockNumber: bigint | null
  /** The transactions that carried it, by what became of them. */
  relays: { open: number; accepted: number; mined: readonly `0x${string}`[] }
}

export type SignedPayout = DuePayout & { authorization: PayoutAuthorization }

export function isSigned(payout: DuePayout): payout is SignedPayout {
  return payout.authorization !== null
}

/** What this round has decided about each payout. */
export type Decisions = Map<string, Next>
