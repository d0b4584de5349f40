import type { StoredAddress } from '@/domain/address'
import type { PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'
import type { KeyBalance } from '@/server/relayer'
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
  | 'relayer_gas'
  | 'gas_allowance'

type ReadAt = {
  /** The block where what the wallets hold was read. */
  block: bigint
  /** Payouts that were paid at that block, and so not promised any more. */
  paid: readonly string[]
  /** What the wallets had promised before that block was read, and `paid` was looked up for; without it a short one is left as it is: outcome `short`. */
  listed?: readonly string[]
}

export type GasTerms = {
  /** Wei that may be spent for one workspace in a day. */
  allowance: bigint
  /** The most that sending one payout costs, in wei. */
  each: bigint
  /** What this worker's relayer keys hold. */
  keys: readonly KeyBalance[]
}

/**
 * Moves payouts to `signing`, each if its wallet holds enough beyond what it has promised, and its workspace and the relayers
 * have the gas; the others fail or wait.
 */
export async function enterSigning(
  payouts: readonly (Lease & { held: bigint })[],
  { block, paid, listed }: ReadAt,
  gas: GasTerms,
): Promise<Map<string, EnterOutcome>> {
  const { rows } = await pool().query<{ id: string; outcome: EnterOutcome }>(
    'select id, outcome from payout_enter_signing_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
    [
      payouts.map(({ id }) => id),
      payouts.map(({ leaseVersion }) => leaseVersion),
      payouts.map(({ held }) => held),
      block,
      paid,
      listed !== undefined,
      listed ?? [],
      gas.allowance,
      gas.each,
      gas.keys.map(({ relayer }) => relayer),
      gas.keys.map(({ minedNonce }) => minedNonce),
      gas.keys.map(({ balance }) => balance),
    ],
  )
  return new Map(rows.map(({ id, outcome }) => [id, outcome]))
}

/** What these wallets have promised: what is reserved, or signed and not seen confirmed, or was taken back by the chain. */
export async function listPromised({
  chainId,
  wallets,
}: {
  chainId: number
  wallets: readonly StoredAddress[]
}): Promise<{ id: string; from: StoredAddress; nonce: `0x${string}` | null }[]> {
  const { rows } = await pool().query<{ id: string; from: StoredAddress; nonce: `0x${string}` | null }>(
    `select p.id, p.from_address as "from", p.nonce from unnest($2::text[]) w(address), payouts_promised($1, w.address) p`,
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

/** Ends what nobody decided in time; the worker ends what was authorized, once the chain says that it is not paid. */
export async function expirePayouts(limit: number): Promise<number> {
  const { rows } = await pool().query<{ expired: number }>('select payout_expire_due($1) as expired', [limit])
  return rows[0]?.expired ?? 0
}
