import type { StoredAddress } from '@/domain/address'
import type { PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'
import type { Waiting } from '@/server/relayer'
import type { DuePayout } from './due-payout'

type Claim = {
  chainId: number
  /** Of those that move on. */
  limit: number
  /** Of those that are only watched: final or not, paid or not. */
  watchLimit: number
  leaseSeconds: number
  /** In `succeeded` for longer is late. */
  timeoutSeconds: number
  /** Wei that may be spent for one workspace in a day. */
  gasAllowance: bigint
}

type DueRow = {
  id: string
  lease_version: number
  status: PayoutStatus
  failure_reason: string | null
  workspace_id: string
  from_address: StoredAddress
  to_address: StoredAddress
  amount: bigint
  created_at: Date
  claimed_at: Date
  expires_at: Date
  is_expired: boolean
  is_late: boolean
  is_gasless: boolean
  age_seconds: number | null
  waiting_for: string | null
  nonce: `0x${string}` | null
  valid_before: bigint | null
  signature: `0x${string}` | null
  block_number: bigint | null
  open_relays: number
  accepted_relays: number
  mined_relays: `0x${string}`[] | null
}

/**
 * Takes due payouts with a fenced lease, workspaces in turn, those that wait for something only when it is time to look again; the
 * database's clock decides, and a payout whose worker died falls due again.
 */
export async function claimDuePayouts(claim: Claim): Promise<DuePayout[]> {
  const { rows } = await pool().query<DueRow>('select * from payout_claim_due($1, $2, $3, $4, $5, $6)', [
    claim.chainId,
    claim.limit,
    claim.watchLimit,
    claim.leaseSeconds,
    claim.timeoutSeconds,
    claim.gasAllowance,
  ])
  return rows.map(toDuePayout)
}

function toDuePayout(row: DueRow): DuePayout {
  const { nonce, valid_before: validBefore, signature } = row
  return {
    id: row.id,
    leaseVersion: row.lease_version,
    status: row.status,
    failureReason: row.failure_reason,
    workspaceId: row.workspace_id,
    from: row.from_address,
    to: row.to_address,
    amount: row.amount,
    createdAt: row.created_at,
    claimedAt: row.claimed_at,
    expiresAt: row.expires_at,
    isExpired: row.is_expired,
    isLate: row.is_late,
    isGasless: row.is_gasless,
    ageSeconds: row.age_seconds,
    waitingFor: row.waiting_for,
    authorization: nonce && validBefore !== null && signature ? { nonce, validBefore, signature } : null,
    blockNumber: row.block_number,
    relays: { open: row.open_relays, accepted: row.accepted_relays, mined: row.mined_relays ?? [] },
  }
}

type Lease = { id: string; leaseVersion: number }

const idsOf = (leases: readonly Lease[]) => leases.map(({ id }) => id)
const versionsOf = (leases: readonly Lease[]) => leases.map(({ leaseVersion }) => leaseVersion)

/** What waits for long is looked at less often, up to this: many that wait must not keep a worker from those that move. */
const LONGEST_WAIT_SECONDS = 60

/** Multi-row updates lock in the order of their join; everybody else locks payouts by id. */
const LOCKED = `locked as materialized (
  select id, status, expires_at, waiting_for, waiting_since from payouts where id = any($1::uuid[]) order by id for update)`

/**
 * Gives the rows back with what they wait for, in words that their owner sees, and when to look again: what has waited for the same
 * thing for a while, after a quarter of that, and what is not signed when it expires.
 */
export async function releasePayouts(waiting: readonly (Lease & Waiting)[]): Promise<void> {
  await pool().query(
    `with ${LOCKED}
     update payouts p set lease_until = null, waiting_for = r.waiting_for, waiting_since = w.since,
       next_try_at = case when r.seconds > 0 then least(now() + make_interval(secs =>
           greatest(r.seconds, least($5, coalesce(extract(epoch from now() - w.since)::float8, 0) / 4))),
         case when o.status in ('authorized', 'signing') and o.expires_at > now() then o.expires_at end) end
     from unnest($1::uuid[], $2::integer[], $3::text[], $4::float8[]) r(id, lease_version, waiting_for, seconds)
       join locked o on o.id = r.id,
       lateral (select case when o.waiting_for = r.waiting_for then coalesce(o.waiting_since, now())
         when r.waiting_for is not null then now() end as since) w
     where p.id = r.id and p.lease_version = r.lease_version`,
    [
      idsOf(waiting),
      versionsOf(waiting),
      waiting.map(({ waitingFor }) => waitingFor),
      waiting.map(({ retrySeconds }) => retrySeconds),
      LONGEST_WAIT_SECONDS,
    ],
  )
}

/** Holds the leases of a long round for longer; one that was lost meanwhile stays lost. */
export async function renewLeases(leases: readonly Lease[], seconds: number): Promise<void> {
  await pool().query(
    `with ${LOCKED}
     update payouts p set lease_until = now() + make_interval(secs => $3)
     from unnest($1::uuid[], $2::integer[]) r(id, lease_version) join locked o on o.id = r.id
     where p.id = r.id and p.lease_version = r.lease_version and p.lease_until is not null`,
    [idsOf(leases), versionsOf(leases), seconds],
  )
}

/** Where the chain shows a payment just now. */
export type Observation = { txHash: string; blockNumber: bigint; confirmations: number; isFinal: boolean }

/** Keeps transaction, block and depth of what the chain shows current; `isFinal` ends the watch of a confirmed one. */
export async function observePayouts(observed: readonly (Lease & Observation)[]): Promise<void> {
  if (observed.length === 0) return
  await pool().query(
    `with ${LOCKED}
     update payouts p set tx_hash = r.tx_hash, block_number = r.block_number, confirmations = r.confirmations, updated_at = now(),
       finalized_at = case when r.is_final and p.status = 'confirmed' then now() end
     from unnest($1::uuid[], $2::integer[], $3::text[], $4::bigint[], $5::integer[], $6::boolean[])
       r(id, lease_version, tx_hash, block_number, confirmations, is_final) join locked o on o.id = r.id
     where p.id = r.id and p.lease_version = r.lease_version`,
    [
      idsOf(observed),
      versionsOf(observed),
      observed.map(({ txHash }) => txHash),
      observed.map(({ blockNumber }) => blockNumber),
      observed.map(({ confirmations }) => confirmations),
      observed.map(({ isFinal }) => isFinal),
    ],
  )
}
