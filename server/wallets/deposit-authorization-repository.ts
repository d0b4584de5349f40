import type { DepositAuthorizationView } from '@/domain/wallet'
import { pool } from '@/server/core/db'

export type DueDeposit = {
  id: string
  leaseVersion: number
  status: 'authorized' | 'broadcasting'
  from: `0x${string}`
  amount: bigint
  validAfter: bigint
  validBefore: bigint
  nonce: `0x${string}`
  signature: `0x${string}`
  createdAt: Date
}

type NewDepositAuthorization = {
  workspaceId: string
  chainId: number
  from: string
  amount: bigint
  validAfter: bigint
  validBefore: bigint
  nonce: string
  signature: string
  requestedBy: string
}

type Row = {
  id: string
  workspace_id: string
  status: DepositAuthorizationView['status']
  failure_reason: string | null
  amount: bigint
  waiting_for: string | null
  tx_hash: string | null
  created_at: Date
}

const COLUMNS = 'id, workspace_id, status, failure_reason, waiting_for, amount, tx_hash, created_at'

/**
 * Stores an authorization once per (chain, wallet, nonce), with its audit row. Sent twice, the first row is answered;
 * null when the nonce was stored with other values.
 */
export async function insertDepositAuthorization(
  input: NewDepositAuthorization,
): Promise<DepositAuthorizationView | null> {
  const { rows } = await pool().query<Row>(
    `with made as (
       insert into deposit_authorizations (workspace_id, chain_id, from_address, amount, valid_after, valid_before, nonce, signature, requested_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (chain_id, from_address, nonce) do nothing returning ${COLUMNS}),
     audited as (
       insert into audit_log (workspace_id, actor, action, target, details)
       select workspace_id, $9, 'wallet.deposit_authorized', id::text, jsonb_build_object('amount', amount::text) from made)
     select ${COLUMNS} from made
     union all
     select ${COLUMNS} from deposit_authorizations
     where chain_id = $2 and from_address = $3 and nonce = $7 and workspace_id = $1 and amount = $4 and valid_after = $5 and valid_before = $6
     limit 1`,
    [
      input.workspaceId,
      input.chainId,
      input.from,
      input.amount,
      input.validAfter,
      input.validBefore,
      input.nonce,
      input.signature,
      input.requestedBy,
    ],
  )
  return rows[0] ? toView(rows[0]) : null
}

export async function countOpenDeposits(workspaceId: string): Promise<number> {
  const { rows } = await pool().query<{ open: bigint }>(
    `select count(*) as open from deposit_authorizations where workspace_id = $1 and status in ('authorized', 'broadcasting')`,
    [workspaceId],
  )
  return Number(rows[0]?.open ?? 0n)
}

export async function hasDepositAuthorization(of: { workspaceId: string; id: string }): Promise<boolean> {
  const { rowCount } = await pool().query(
    'select 1 from deposit_authorizations where workspace_id = $1 and id = $2',
    [of.workspaceId, of.id],
  )
  return rowCount === 1
}

/** Newest first, those behind `after`. */
export async function listDepositAuthorizationRows({
  workspaceId,
  after,
  take,
}: {
  workspaceId: string
  after: string | null
  take: number
}): Promise<DepositAuthorizationView[]> {
  const { rows } = await pool().query<Row>(
    `select ${COLUMNS} from deposit_authorizations
     where workspace_id = $1
       and ($2::uuid is null or (created_at, id) < (select created_at, id from deposit_authorizations where id = $2))
     order by created_at desc, id desc limit $3`,
    [workspaceId, after, take],
  )
  return rows.map(toView)
}

type DueRow = {
  id: string
  lease_version: number
  status: DueDeposit['status']
  from_address: `0x${string}`
  amount: bigint
  valid_after: bigint
  valid_before: bigint
  nonce: `0x${string}`
  signature: `0x${string}`
  created_at: Date
}

/** Takes due rows with a fenced lease, those that wait for something only when it is time to look again; the database's clock decides, and a row whose worker died falls due again. */
export async function claimDueDeposits({
  limit,
  leaseSeconds,
}: {
  limit: number
  leaseSeconds: number
}): Promise<DueDeposit[]> {
  const { rows } = await pool().query<DueRow>(
    `update deposit_authorizations set lease_until = now() + make_interval(secs => $2), lease_version = lease_version + 1
     where id in (
       select id from deposit_authorizations
       where status in ('authorized', 'broadcasting') and (lease_until is null or lease_until < now())
         and (next_try_at is null or next_try_at <= now())
       order by created_at limit $1 for update skip locked)
     returning id, lease_version, status, from_address, amount, valid_after, valid_before, nonce, signature, created_at`,
    [limit, leaseSeconds],
  )
  return rows.map((row) => ({
    id: row.id,
    leaseVersion: row.lease_version,
    status: row.status,
    from: row.from_address,
    amount: row.amount,
    validAfter: row.valid_after,
    validBefore: row.valid_before,
    nonce: row.nonce,
    signature: row.signature,
    createdAt: row.created_at,
  }))
}

/** Gives the row back with what it waits for, which its owner sees, and when to look again. */
export async function releaseDeposit(
  { id, leaseVersion }: { id: string; leaseVersion: number },
  { waitingFor, retrySeconds }: { waitingFor: string | null; retrySeconds: number },
): Promise<void> {
  await pool().query(
    `update deposit_authorizations set lease_until = null, waiting_for = $3,
       next_try_at = case when $4 > 0 then now() + make_interval(secs => $4) end
     where id = $1 and lease_version = $2`,
    [id, leaseVersion, waitingFor, retrySeconds],
  )
}

type Confirm = { id: string; leaseVersion: number; txHash: string; blockNumber: bigint }

export async function confirmDeposit({ id, leaseVersion, txHash, blockNumber }: Confirm): Promise<boolean> {
  const { rowCount } = await pool().query(
    `update deposit_authorizations set status = 'confirmed', tx_hash = $3, block_number = $4, updated_at = now(), lease_until = null
     where id = $1 and lease_version = $2 and status in ('authorized', 'broadcasting')`,
    [id, leaseVersion, txHash, blockNumber],
  )
  return rowCount === 1
}

export async function failDeposit({
  id,
  leaseVersion,
  reason,
}: {
  id: string
  leaseVersion: number
  reason: string
}): Promise<boolean> {
  const { rowCount } = await pool().query(
    `update deposit_authorizations set status = 'failed', failure_reason = $3, updated_at = now(), lease_until = null
     where id = $1 and lease_version = $2 and status in ('authorized', 'broadcasting')`,
    [id, leaseVersion, reason],
  )
  return rowCount === 1
}

function toView(row: Row): DepositAuthorizationView {
  return {
    depositAuthorizationId: row.id,
    workspaceId: row.workspace_id,
    status: row.status,
    failureReason: row.failure_reason,
    waitingFor: row.waiting_for,
    amountUsdc: row.amount.toString(),
    txHash: row.tx_hash,
    createdAt: row.created_at.toISOString(),
  }
}
