import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import type { X402Settlement } from '@/server/chain'
import { pool } from '@/server/core/db'
import type { FacilitatorName, Scheme } from './facilitator'

export type DuePayment = {
  id: string
  leaseVersion: number
  scheme: Scheme
  payer: `0x${string}`
  nonce: string
  amount: bigint
  payTo: `0x${string}`
  payload: PaymentPayload
  requirements: PaymentRequirements
  facilitator: FacilitatorName
  validBefore: bigint
  /** No settlement can be in an earlier block. */
  searchFrom: bigint
  secondsSinceAsked: number | null
}

const DUE_COLUMNS = `id, lease_version as "leaseVersion", scheme, payer, nonce, amount, pay_to as "payTo", payload,
  requirements, facilitator, valid_before as "validBefore", search_from as "searchFrom",
  extract(epoch from now() - asked_at)::float8 as "secondsSinceAsked"`

type Claim = { limit: number; leaseSeconds: number }

/** Takes due payments with a fenced lease; the database's clock decides, and a row whose worker died falls due again. */
export async function claimDuePayments({ limit, leaseSeconds }: Claim): Promise<DuePayment[]> {
  const { rows } = await pool().query<DuePayment>(
    `update x402_payments set lease_until = now() + make_interval(secs => $2), lease_version = lease_version + 1
     where id in (
       select id from x402_payments
       where status in ('verified', 'broadcasting') and due_at <= now() and (lease_until is null or lease_until < now())
       order by due_at limit $1 for update skip locked)
     returning ${DUE_COLUMNS}`,
    [limit, leaseSeconds],
  )
  return rows
}

export type WatchedPayment = DuePayment & {
  txHash: `0x${string}`
  blockNumber: bigint
  blockHash: `0x${string}`
  settledAmount: bigint
  /** Since it was settled or last moved. */
  ageSeconds: number
}

/** The same for settled payments whose block a reorganisation can still remove. */
export async function claimWatchedPayments({ limit, leaseSeconds }: Claim): Promise<WatchedPayment[]> {
  const { rows } = await pool().query<WatchedPayment>(
    `update x402_payments set lease_until = now() + make_interval(secs => $2), lease_version = lease_version + 1
     where id in (
       select id from x402_payments
       where status = 'settled' and final_at is null and due_at <= now() and (lease_until is null or lease_until < now())
       order by due_at limit $1 for update skip locked)
     returning ${DUE_COLUMNS}, tx_hash as "txHash", block_number as "blockNumber", block_hash as "blockHash",
       settled_amount as "settledAmount", extract(epoch from now() - updated_at)::float8 as "ageSeconds"`,
    [limit, leaseSeconds],
  )
  return rows
}

type Lease = { id: string; leaseVersion: number }

/** Gives the lease back; the row falls due again after so many seconds. */
export async function releasePayment(
  { id, leaseVersion }: Lease,
  { dueInSeconds }: { dueInSeconds: number },
): Promise<void> {
  await pool().query(
    `update x402_payments set lease_until = null, due_at = greatest(due_at, now() + make_interval(secs => $3))
     where id = $1 and lease_version = $2`,
    [id, leaseVersion, dueInSeconds],
  )
}

/** Notes that a remote facilitator is about to be asked: from here on the payment may be on its way. */
export async function markAsked({ id, leaseVersion }: Lease): Promise<boolean> {
  const { rowCount } = await pool().query(
    `update x402_payments set status = 'broadcasting', asked_at = now(), updated_at = now()
     where id = $1 and lease_version = $2 and status in ('verified', 'broadcasting')`,
    [id, leaseVersion],
  )
  return rowCount === 1
}

export async function markSettled({ id, leaseVersion }: Lease, settlement: X402Settlement): Promise<boolean> {
  const { rows } = await pool().query<{ settled: boolean }>({
    name: 'x402_settle',
    text: 'select x402_settle($1, $2, $3, $4, $5, $6, $7) as settled',
    values: [
      id,
      leaseVersion,
      settlement.txHash,
      settlement.blockNumber,
      settlement.blockHash,
      settlement.logIndex,
      settlement.amount,
    ],
  })
  return rows[0]?.settled ?? false
}

export async function markFailed({ id, leaseVersion }: Lease, reason: string): Promise<boolean> {
  const { rowCount } = await pool().query(
    `update x402_payments set status = 'failed', failure_reason = $3, updated_at = now(), lease_until = null
     where id = $1 and lease_version = $2 and status in ('verified', 'broadcasting')`,
    [id, leaseVersion, reason],
  )
  return rowCount === 1
}

/** Takes a credit back whose block is gone. */
export async function reversePayment({ id, leaseVersion }: Lease): Promise<boolean> {
  const { rows } = await pool().query<{ reversed: boolean }>('select x402_reverse($1, $2) as reversed', [
    id,
    leaseVersion,
  ])
  return rows[0]?.reversed ?? false
}

/** The settlement stands in another block after a reorganisation: it never stopped being paid. */
export async function movePayment({ id, leaseVersion }: Lease, settlement: X402Settlement): Promise<boolean> {
  const { rowCount } = await pool().query(
    `update x402_payments set tx_hash = $3, block_number = $4, block_hash = $5, log_index = $6, updated_at = now()
     where id = $1 and lease_version = $2 and status = 'settled'`,
    [id, leaseVersion, settlement.txHash, settlement.blockNumber, settlement.blockHash, settlement.logIndex],
  )
  return rowCount === 1
}

export async function markFinal({ id, leaseVersion }: Lease): Promise<void> {
  await pool().query(
    `update x402_payments set final_at = now(), lease_until = null
     where id = $1 and lease_version = $2 and status = 'settled'`,
    [id, leaseVersion],
  )
}
