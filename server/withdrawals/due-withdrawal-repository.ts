import { pool } from '@/server/core/db'

export type DueWithdrawal = {
  id: string
  leaseVersion: number
  status: 'requested' | 'signed' | 'broadcasting' | 'confirmed'
  workspaceId: string | null
  from: `0x${string}`
  to: `0x${string}`
  /** Atomic units. */
  amount: bigint
  createdAt: Date
  /** Null until it is signed. */
  authorization: SignedAuthorization | null
}

export type SignedAuthorization = { nonce: `0x${string}`; validBefore: bigint; signature: `0x${string}` }

type DueRow = {
  id: string
  lease_version: number
  status: DueWithdrawal['status']
  workspace_id: string | null
  from_address: `0x${string}`
  to_address: `0x${string}`
  amount: bigint
  created_at: Date
  nonce: `0x${string}` | null
  valid_before: bigint | null
  signature: `0x${string}` | null
}

/**
 * Takes due rows with a fenced lease, those that wait for something only when it is time to look again; the database's clock
 * decides, and a row whose worker died falls due again.
 */
export async function claimDueWithdrawals({
  limit,
  leaseSeconds,
}: {
  limit: number
  leaseSeconds: number
}): Promise<DueWithdrawal[]> {
  const { rows } = await pool().query<DueRow>(
    `update withdrawals set lease_until = now() + make_interval(secs => $2), lease_version = lease_version + 1
     where id in (
       select id from withdrawals
       where (status in ('requested', 'signed', 'broadcasting') or (status = 'confirmed' and finalized_at is null))
         and (lease_until is null or lease_until < now()) and (next_try_at is null or next_try_at <= now())
       order by created_at limit $1 for update skip locked)
     returning id, lease_version, status, workspace_id, from_address, to_address, amount, created_at, nonce, valid_before, signature`,
    [limit, leaseSeconds],
  )
  return rows.map(toDueWithdrawal)
}

function toDueWithdrawal(row: DueRow): DueWithdrawal {
  const { nonce, valid_before: validBefore, signature } = row
  return {
    id: row.id,
    leaseVersion: row.lease_version,
    status: row.status,
    workspaceId: row.workspace_id,
    from: row.from_address,
    to: row.to_address,
    amount: row.amount,
    createdAt: row.created_at,
    authorization: nonce && validBefore !== null && signature ? { nonce, validBefore, signature } : null,
  }
}

type Lease = { id: string; leaseVersion: number }

/** Gives the row back with what it waits for, in words that its owner sees, and when to look again. */
export async function releaseWithdrawal(
  { id, leaseVersion }: Lease,
  { waitingFor, retrySeconds }: { waitingFor: string | null; retrySeconds: number },
): Promise<void> {
  await pool().query(
    `update withdrawals set lease_until = null, waiting_for = $3,
       next_try_at = case when $4 > 0 then now() + make_interval(secs => $4) end
     where id = $1 and lease_version = $2`,
    [id, leaseVersion, waitingFor, retrySeconds],
  )
}

export type SignOutcome = 'signed' | 'lease_lost' | 'reserved' | 'gas_allowance'

/** Stores the authorization before anybody else can see it, if the address holds enough for all that are signed. */
export async function storeAuthorization(
  { id, leaseVersion }: Lease,
  { nonce, validBefore, signature }: SignedAuthorization,
  { held, gasAllowance }: { held: bigint; gasAllowance: bigint },
): Promise<SignOutcome> {
  const { rows } = await pool().query<{ outcome: SignOutcome }>(
    'select withdrawal_sign($1, $2, $3, $4, $5, $6, $7) as outcome',
    [id, leaseVersion, nonce, validBefore, signature, held, gasAllowance],
  )
  return rows[0]?.outcome ?? 'lease_lost'
}

type Paid = { txHash: string; blockNumber: bigint }

export async function confirmWithdrawal(
  { id, leaseVersion }: Lease,
  { txHash, blockNumber }: Paid,
): Promise<void> {
  await pool().query('select withdrawal_confirm($1, $2, $3, $4)', [id, leaseVersion, txHash, blockNumber])
}

/** The block that has it is final: nothing can take it back. */
export async function finalizeWithdrawal(
  { id, leaseVersion }: Lease,
  { txHash, blockNumber }: Paid,
): Promise<void> {
  await pool().query(
    `update withdrawals set finalized_at = now(), tx_hash = $3, block_number = $4, waiting_for = null
     where id = $1 and lease_version = $2 and status = 'confirmed'`,
    [id, leaseVersion, txHash, blockNumber],
  )
}

/** Ends it and gives the money back to the accounts it came from. The caller has the proof that it can never be paid. */
export async function failWithdrawal({ id, leaseVersion }: Lease, reason: string): Promise<void> {
  await pool().query('select withdrawal_fail($1, $2, $3)', [id, leaseVersion, reason])
}
