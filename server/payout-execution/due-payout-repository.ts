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
  expires_at: Date
  is_expired: boolean
  is_late: boolean
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
 * Takes due payouts with a fenced lease, those that wait for something only when it is time to look again; the database's clock
 * decides, and a payout whose worker died falls due again.
 */
export async function claimDuePayouts(claim: Claim): Promise<DuePayout[]> {
  const { rows } = await pool().query<DueRow>(CLAIM, [
    claim.chainId,
    claim.limit,
    claim.watchLimit,
    claim.leaseSeconds,
    claim.timeoutSeconds,
  ])
  return rows.map(toDuePayout)
}

const IS_FREE = `chain_id = $1 and (lease_until is null or lease_until < now()) and (next_try_at is null or next_try_at <= now())`

const CLAIM = `
  with moving as (
    select id from payouts where status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded') and ${IS_FREE}
      order by created_at limit $2 for update skip locked
  ), watched as (
    select id from payouts
      where ((status = 'confirmed' and finalized_at is null) or (status = 'failed' and failure_reason like 'tx_confirmation_timeout%'))
        and ${IS_FREE}
      order by next_try_at nulls first limit $3 for update skip locked
  ), claimed as (
    update payouts set lease_until = now() + make_interval(secs => $4), lease_version = lease_version + 1
      where id in (select id from moving union all select id from watched) returning *
  )
  select c.id, c.lease_version, c.status, c.failure_reason, c.workspace_id, c.from_address, c.to_address, c.amount, c.created_at,
    c.expires_at, c.expires_at <= now() as is_expired, c.waiting_for, c.nonce, c.valid_before, c.signature, c.block_number,
    c.status = 'succeeded' and c.executed_at < now() - make_interval(secs => $5) as is_late,
    extract(epoch from now() - c.signing_at)::float8 as age_seconds,
    t.open_relays, t.accepted_relays, t.mined_relays
  from claimed c, lateral (
    select count(*) filter (where t.status in ('prepared', 'sent'))::int as open_relays,
      count(*) filter (where t.status in ('sent', 'mined'))::int as accepted_relays,
      array_agg(t.hash) filter (where t.status = 'mined') as mined_relays
    from payout_relays r join relayer_transactions t on t.chain_id = r.chain_id and t.relayer = r.relayer and t.nonce = r.nonce
    where r.payout_row_id = c.id and t.purpose = 'payout') t
  order by c.created_at, c.id`

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
    expiresAt: row.expires_at,
    isExpired: row.is_expired,
    isLate: row.is_late,
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

/** Gives the rows back with what they wait for, in words that their owner sees, and when to look again. */
export async function releasePayouts(waiting: readonly (Lease & Waiting)[]): Promise<void> {
  await pool().query(
    `update payouts p set lease_until = null, waiting_for = r.waiting_for,
       next_try_at = case when r.seconds > 0 then now() + make_interval(secs => r.seconds) end
     from unnest($1::uuid[], $2::integer[], $3::text[], $4::float8[]) r(id, lease_version, waiting_for, seconds)
     where p.id = r.id and p.lease_version = r.lease_version`,
    [
      idsOf(waiting),
      versionsOf(waiting),
      waiting.map(({ waitingFor }) => waitingFor),
      waiting.map(({ retrySeconds }) => retrySeconds),
    ],
  )
}

/** Holds the leases of a long round for longer; one that was lost meanwhile stays lost. */
export async function renewLeases(leases: readonly Lease[], seconds: number): Promise<void> {
  await pool().query(
    `update payouts p set lease_until = now() + make_interval(secs => $3) from unnest($1::uuid[], $2::integer[]) r(id, lease_version)
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
    `update payouts p set tx_hash = r.tx_hash, block_number = r.block_number, confirmations = r.confirmations, updated_at = now(),
       finalized_at = case when r.is_final and p.status = 'confirmed' then now() end
     from unnest($1::uuid[], $2::integer[], $3::text[], $4::bigint[], $5::integer[], $6::boolean[])
       r(id, lease_version, tx_hash, block_number, confirmations, is_final)
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
