import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import { checksummed } from '@/domain/address'
import { pool } from '@/server/core/db'
import type { FacilitatorName, Scheme } from './facilitator'

/** What names a payment, whoever brings it. */
export type PaymentKey = {
  chainId: number
  asset: string
  scheme: Scheme
  payer: `0x${string}`
  /** 32 bytes in hex for `exact`, a decimal number for `upto`. */
  nonce: string
}

/** The charge of a payment as stored; the hash in hex. */
export type StoredCharge = {
  earnerWorkspaceId: string
  reference: string
  description: string | null
  apiId: string | null
  idempotencyKey: string | null
  requestHash: string | null
  servingSeconds: number | null
}

export type NewPayment = PaymentKey & {
  amount: bigint
  payTo: string
  purpose: 'topup' | 'charge'
  agent: { agentId: string; tokenId: string } | null
  charge: StoredCharge | null
  payload: PaymentPayload
  requirements: PaymentRequirements
  facilitator: FacilitatorName
  validBefore: bigint
  searchFrom: bigint
  /** The agent to mint if the payer has none. */
  minted: { agentId: string; tokenHash: Buffer; tokenPrefix: string } | null
  /** How many payments of the payer may be open before this one is refused. */
  maxOpen: number
}

export type StoreOutcome =
  | { outcome: 'stored'; id: string }
  | { outcome: 'known' }
  | { outcome: 'unauthenticated' }
  | { outcome: 'too_many_open' }
  | { outcome: 'limit_exceeded'; limit: bigint; spent: bigint }

type StoreRow = {
  outcome: StoreOutcome['outcome']
  payment: string
  monthly_limit: bigint
  spent: bigint
}

/** Stores a verified payment before anything is sent, in one statement that checks agent and token. */
export async function storePayment(payment: NewPayment): Promise<StoreOutcome> {
  const { rows } = await pool().query<StoreRow>({
    name: 'x402_store',
    text: 'select * from x402_store($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)',
    values: [
      payment.chainId,
      payment.asset,
      payment.scheme,
      payment.payer,
      payment.nonce,
      payment.amount,
      payment.payTo,
      payment.purpose,
      payment.agent?.agentId ?? null,
      payment.agent?.tokenId ?? null,
      payment.charge && JSON.stringify(payment.charge),
      JSON.stringify(payment.payload),
      JSON.stringify(payment.requirements),
      payment.facilitator,
      payment.validBefore,
      payment.searchFrom,
      payment.minted?.agentId ?? null,
      payment.minted?.tokenHash ?? null,
      payment.minted?.tokenPrefix ?? null,
      payment.maxOpen,
      checksummed(payment.payer),
    ],
  })
  const [row] = rows
  if (!row) throw new Error('x402_store answered nothing')
  if (row.outcome === 'stored') return { outcome: row.outcome, id: row.payment }
  if (row.outcome === 'limit_exceeded')
    return { outcome: row.outcome, limit: row.monthly_limit, spent: row.spent }
  return { outcome: row.outcome }
}

export type KnownPayment = {
  id: string
  amount: bigint
  purpose: 'topup' | 'charge'
  agentId: string | null
  /** Whether the payer's own wallet brought the agent: no bearer was shown. */
  isForPayer: boolean
  charge: StoredCharge | null
  signature: string
  /** What it was accepted for, and where. */
  requirements: PaymentRequirements
  resourceUrl: string
}

/** The stored payment of a nonce, if there is one. */
export async function findPayment(key: PaymentKey): Promise<KnownPayment | null> {
  const { rows } = await pool().query<KnownPayment>({
    name: 'x402_find',
    text: `select id, amount, purpose, agent_id as "agentId", new_agent_id is not null as "isForPayer", charge,
             payload -> 'payload' ->> 'signature' as signature, requirements, payload -> 'resource' ->> 'url' as "resourceUrl"
           from x402_payments where chain_id = $1 and asset = $2 and scheme = $3 and payer = $4 and nonce = $5`,
    values: [key.chainId, key.asset, key.scheme, key.payer, key.nonce],
  })
  return rows[0] ?? null
}

export type EndedPayment = {
  id: string
  status: 'settled' | 'failed'
  failureReason: string | null
  txHash: `0x${string}`
  settledAmount: bigint
  agentId: string
  chargeId: string | null
  creditedAt: Date
  balanceAfter: bigint
  isMinted: boolean
}

/** Those of the payments that have ended, settled or failed for good. */
export async function listEnded(ids: readonly string[]): Promise<EndedPayment[]> {
  const { rows } = await pool().query<EndedPayment>({
    name: 'x402_list_ended',
    text: `select id, status, failure_reason as "failureReason", tx_hash as "txHash", settled_amount as "settledAmount",
             agent_id as "agentId", charge_id as "chargeId", credited_at as "creditedAt", balance_after as "balanceAfter",
             is_minted as "isMinted"
           from x402_payments where id = any($1) and status in ('settled', 'failed')`,
    values: [ids],
  })
  return rows
}

/** True for exactly one caller, ever, and never after the charge was given back: that one may serve what was paid. */
export async function takePayment(id: string): Promise<boolean> {
  const { rowCount } = await pool().query(
    `with taken as (
       update x402_payments set consumed_at = now() where id = $1 and consumed_at is null and status = 'settled' returning charge_id, charge)
     update charges c set serving_until = now() + make_interval(secs => (t.charge ->> 'servingSeconds')::integer)
     from taken t where c.id = t.charge_id and c.refunded_at is null`,
    [id],
  )
  return rowCount === 1
}

/** Whether a payment of this wallet would find an agent or a workspace of its own. */
export async function hasPayerAccount(payer: string): Promise<boolean> {
  const { rows } = await pool().query<{ known: boolean }>(
    `select x402_agent_of($1) is not null
       or exists (select 1 from workspaces where wallet_address = $1 and deleted_at is null) as known`,
    [payer],
  )
  return rows[0]?.known ?? false
}
