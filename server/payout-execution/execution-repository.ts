import type { StoredAddress } from '@/domain/address'
import type { PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'

export type ExecutionRow = {
  status: PayoutStatus
  failureReason: string | null
  from: StoredAddress
  expiresAt: Date
  finalizedAt: Date | null
  waitingFor: string | null
  nextTryAt: Date | null
  nonce: `0x${string}` | null
  validBefore: bigint | null
  txHash: `0x${string}` | null
}

export async function findExecution(payoutRowId: string): Promise<ExecutionRow | null> {
  const { rows } = await pool().query<ExecutionRow>(
    `select status, failure_reason as "failureReason", from_address as "from", expires_at as "expiresAt", finalized_at as "finalizedAt",
       waiting_for as "waitingFor", next_try_at as "nextTryAt", nonce, valid_before as "validBefore", tx_hash as "txHash"
     from payouts where id = $1`,
    [payoutRowId],
  )
  return rows[0] ?? null
}

/** A transaction that carried a payout, under one of the hashes that its nonce was sent with. */
export type CarrierRow = {
  hash: `0x${string}`
  status: 'prepared' | 'sent' | 'mined' | 'replaced' | 'dropped'
  relayer: StoredAddress
  blockNumber: bigint | null
  lastError: string | null
  /** How many payouts it carries. */
  carries: number
  createdAt: Date
}

/** Every transaction that ever carried a payout, oldest first. */
export async function listCarriers(payoutRowId: string): Promise<CarrierRow[]> {
  const { rows } = await pool().query<CarrierRow>(
    `select t.hash, t.status, t.relayer, t.block_number as "blockNumber", t.last_error as "lastError", t.created_at as "createdAt",
       (select count(*)::int from payout_relays o where o.chain_id = r.chain_id and o.relayer = r.relayer and o.nonce = r.nonce) as carries
     from payout_relays r
     join relayer_transactions t on t.chain_id = r.chain_id and t.relayer = r.relayer and t.nonce = r.nonce and t.purpose = 'payout'
     where r.payout_row_id = $1 order by t.created_at, t.hash`,
    [payoutRowId],
  )
  return rows
}
