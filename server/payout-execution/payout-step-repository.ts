import type { StoredAddress } from '@/domain/address'
import type { PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'
import type { PayoutAuthorization } from './due-payout'

type Lease = { id: string; leaseVersion: number }

export type EnterOutcome =
  | 'signing'
  | 'lease_lost'
  | 'stale'
  | 'short'
  | 'killed'
  | 'expired'
  | 'mandate_revoked'
  | 'mandate_disabled'
  | 'insufficient_funds'
  | 'gas_allowance'

type ReadAt = {
  /** The block where what the wallets hold was read. */
  block: bigint
  /** Payouts that were paid at that block, and so not promised any more. */
  paid: readonly string[]
  /** False leaves a short one as it is: outcome `short`. */
  isExact: boolean
}

export type GasTerms = {
  /** Wei that may be spent for one workspace in a day. */
  allowance: bigint
  /** The most that sending one payout costs, in wei. */
  each: bigint
}

/**
 * Moves payouts to `signing`, each if its wallet holds enough beyond what it has promised and its workspace has the gas; the others
 * fail or wait.
 */
export async function enterSigning(
  payouts: readonly (Lease & { held: bigint })[],
  { block, paid, isExact }: ReadAt,
  gas: GasTerms,
): Promise<Map<string, EnterOutcome>> {
  const { rows } = await pool().query<{ id: string; outcome: EnterOutcome }>(
    'select id, outcome from payout_enter_signing_batch($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      payouts.map(({ id }) => id),
      payouts.map(({ leaseVersion }) => leaseVersion),
      payouts.map(({ held }) => held),
      block,
      paid,
      isExact,
      gas.allowance,
      gas.each,
    ],
  )
  return new Map(rows.map(({ id, outcome }) => [id, outcome]))
}

/** What these wallets have signed and not seen confirmed. */
export async function listPromised({
  chainId,
  wallets,
}: {
  chainId: number
  wallets: readonly StoredAddress[]
}): Promise<{ id: string; from: StoredAddress; nonce: `0x${string}` }[]> {
  const { rows } = await pool().query<{ id: string; from: StoredAddress; nonce: `0x${string}` }>(
    `select id, from_address as "from", nonce from payouts where chain_id = $1 and from_address = any($2) and nonce is not null
       and (status in ('signing', 'signed', 'broadcasting', 'succeeded') or (status = 'failed' and failure_reason like 'tx_confirmation_timeout%'))`,
    [chainId, wallets],
  )
  return rows
}

export type StoreOutcome = 'signed' | 'lease_lost' | 'killed' | 'mandate_revoked' | 'mandate_disabled'

/** Stores signatures before anybody else can see them; kill switch and mandate are looked at once more. */
export async function storeSignatures(
  signed: readonly (Lease & { authorization: PayoutAuthorization })[],
  { paid }: { paid: readonly string[] },
): Promise<Map<string, StoreOutcome>> {
  const { rows } = await pool().query<{ id: string; outcome: StoreOutcome }>(
    'select id, outcome from payout_store_signatures($1, $2, $3, $4, $5, $6)',
    [
      signed.map(({ id }) => id),
      signed.map(({ leaseVersion }) => leaseVersion),
      signed.map(({ authorization }) => authorization.nonce),
      signed.map(({ authorization }) => authorization.validBefore),
      signed.map(({ authorization }) => authorization.signature),
      paid,
    ],
  )
  return new Map(rows.map(({ id, outcome }) => [id, outcome]))
}

export type Move = {
  payout: Lease
  from: PayoutStatus
  to: PayoutStatus
  reason?: string
  changes?: { txHash: string; blockNumber: bigint; confirmations: number }
  details?: Record<string, string>
}

/** Moves payouts in the order given, one of them perhaps several times; a move whose lease or status is lost does not happen. */
export async function movePayouts(moves: readonly Move[]): Promise<{ id: string; status: PayoutStatus }[]> {
  if (moves.length === 0) return []
  const { rows } = await pool().query<{ id: string; status: PayoutStatus }>(
    'select id, status from payout_move_batch($1, $2, $3, $4, $5, $6, $7)',
    [
      moves.map(({ payout }) => payout.id),
      moves.map(({ payout }) => payout.leaseVersion),
      moves.map(({ from }) => from),
      moves.map(({ to }) => to),
      moves.map(({ reason }) => reason ?? null),
      moves.map(({ changes }) => (changes ? toJson(changes) : null)),
      moves.map(({ details }) => (details ? JSON.stringify(details) : null)),
    ],
  )
  return rows
}

function toJson({ txHash, blockNumber, confirmations }: NonNullable<Move['changes']>): string {
  return JSON.stringify({ txHash, blockNumber: Number(blockNumber), confirmations })
}

/** Ends what nobody decided or signed in time. */
export async function expirePayouts(limit: number): Promise<number> {
  const { rows } = await pool().query<{ expired: number }>('select payout_expire_due($1) as expired', [limit])
  return rows[0]?.expired ?? 0
}
