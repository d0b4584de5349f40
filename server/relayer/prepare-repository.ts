import { pool } from '@/server/core/db'
import type { RelayFees } from './relayer'

export type PreparedRelay = {
  chainId: number
  relayer: string
  nonce: bigint
  minedNonce: bigint
  maxAhead: number
  hash: string
  raw: string
  fees: RelayFees
  gasLimit: bigint
  /** Wei that may be spent for one workspace in a day. */
  gasAllowance: bigint
}

export type PrepareOutcome = 'prepared' | 'nonce_taken' | 'lease_lost' | 'gas_allowance'

/** What is relayed; each kind has its own statement that moves its row on. */
export type RelayPurpose = 'deposit' | 'x402' | 'withdrawal'

// With `isLimited` the function asks for the workspace's gas allowance: `relay_prepare_for` instead of `relay_prepare`.
const PREPARE: Record<RelayPurpose, { name: string; isLimited: boolean }> = {
  deposit: { name: 'relay_prepare_deposit', isLimited: true },
  x402: { name: 'relay_prepare_x402', isLimited: false },
  withdrawal: { name: 'relay_prepare_withdrawal', isLimited: true },
}

/** The row that a transaction is for. Its id is the transaction's reference. */
export type RelayIntent = { purpose: RelayPurpose; id: string; leaseVersion: number }

/** One round trip: takes the nonce, stores the signed bytes and moves the intent's row to broadcasting. */
export async function prepareRelay(intent: RelayIntent, relay: PreparedRelay): Promise<PrepareOutcome> {
  const { name, isLimited } = PREPARE[intent.purpose]
  const { rows } = await pool().query<{ outcome: PrepareOutcome }>(
    `select ${name}($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12${isLimited ? ', $13' : ''}) as outcome`,
    [
      intent.id,
      intent.leaseVersion,
      relay.chainId,
      relay.relayer,
      relay.nonce,
      relay.minedNonce,
      relay.maxAhead,
      relay.hash,
      relay.raw,
      relay.fees.maxFeePerGas,
      relay.fees.maxPriorityFeePerGas,
      relay.gasLimit,
      ...(isLimited ? [relay.gasAllowance] : []),
    ],
  )
  return rows[0]?.outcome ?? 'lease_lost'
}

export type PayoutIntent = { id: string; leaseVersion: number }

/** A payout that a transaction cannot carry just now, and why. */
export type RefusedPayout = { id: string; reason: 'lease_lost' | 'kill_switch' | 'gas_allowance' }

type PreparedPayouts = { outcome: 'prepared' | 'nonce_taken' | 'refused'; refused: RefusedPayout[] }

/** One round trip for all payouts of a transaction; with `refused` nothing was stored. */
export async function preparePayouts(
  intents: readonly PayoutIntent[],
  relay: PreparedRelay,
): Promise<PreparedPayouts> {
  const { rows } = await pool().query<{
    outcome: PreparedPayouts['outcome']
    refused: string[] | null
    reasons: RefusedPayout['reason'][] | null
  }>('select * from relay_prepare_payouts($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)', [
    intents.map(({ id }) => id),
    intents.map(({ leaseVersion }) => leaseVersion),
    relay.chainId,
    relay.relayer,
    relay.nonce,
    relay.minedNonce,
    relay.maxAhead,
    relay.hash,
    relay.raw,
    relay.fees.maxFeePerGas,
    relay.fees.maxPriorityFeePerGas,
    relay.gasLimit,
    relay.gasAllowance,
  ])
  const [row] = rows
  if (!row) throw new Error('relay_prepare_payouts answered nothing')
  return {
    outcome: row.outcome,
    refused: (row.refused ?? []).map((id, index) => ({ id, reason: row.reasons?.[index] ?? 'lease_lost' })),
  }
}

type Fill = {
  chainId: number
  relayer: string
  nonce: bigint
  hash: string
  raw: string
  fees: RelayFees
  gasLimit: bigint
}

/** Stores the bytes of a nonce that has none; false when it has some by now. */
export async function insertFill({
  chainId,
  relayer,
  nonce,
  hash,
  raw,
  fees,
  gasLimit,
}: Fill): Promise<boolean> {
  const { rows } = await pool().query<{ is_stored: boolean }>(
    'select relay_fill_nonce($1, $2, $3, $4, $5, $6, $7, $8) as is_stored',
    [chainId, relayer, nonce, hash, raw, fees.maxFeePerGas, fees.maxPriorityFeePerGas, gasLimit],
  )
  return rows[0]?.is_stored === true
}

/** The bytes whose place a fill takes: open and accepted by no node, open, or given up with nothing of their nonce open. */
export type FillPlace = 'unsent' | 'open' | 'given_up'

const IS_IN_PLACE: Record<FillPlace, string> = {
  unsent: `t.status = 'prepared' and t.sent_at is null`,
  open: `t.status in ('prepared', 'sent')`,
  given_up: `t.status in ('dropped', 'replaced') and not exists (select 1 from relayer_transactions o
    where o.chain_id = t.chain_id and o.relayer = t.relayer and o.nonce = t.nonce and o.status in ('prepared', 'sent', 'mined'))`,
}

type FillInstead = Omit<Fill, 'chainId' | 'relayer' | 'nonce'> & { place: FillPlace }

/** Puts bytes that only use up the nonce in the place of others; answers its id, or null when these are not what `place` says any more. */
export async function insertFillInstead(
  previousId: string,
  { hash, raw, fees, gasLimit, place }: FillInstead,
): Promise<string | null> {
  const { rows } = await pool().query<{ id: string }>(
    `with previous as (
       update relayer_transactions t set status = 'replaced' where id = $1 and ${IS_IN_PLACE[place]} returning *)
     insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction,
       max_fee_per_gas, max_priority_fee_per_gas, gas_limit)
     select chain_id, relayer, nonce, 'fill', 'nonce:' || nonce, $2, $3, $4, $5, $6 from previous
     on conflict (chain_id, hash) do update set status = 'prepared', sent_at = null, dropped_at = null, waits_since_block = null
       where relayer_transactions.status in ('dropped', 'replaced')
     returning id`,
    [previousId, hash, raw, fees.maxFeePerGas, fees.maxPriorityFeePerGas, gasLimit],
  )
  return rows[0]?.id ?? null
}
