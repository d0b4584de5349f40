import { pool } from '@/server/core/db'

export type ChargeRow = {
  tokenId: string
  amount: bigint
  reference: string
  description: string | null
  earnerWorkspaceId: string
  apiId: string | null
  idempotencyKey: string | null
  requestHash: Buffer | null
  servingSeconds: number | null
}

export type ChargeSource = 'virtual_balance' | 'x402'

/** What became of one request; `balance` is what the agent has left, at a replay what it had left then. */
export type ChargeOutcome =
  | { outcome: 'charged'; chargeId: string; source: ChargeSource; balance: bigint }
  | { outcome: 'replayed'; chargeId: string; source: ChargeSource; balance: bigint; isRefunded: boolean }
  | { outcome: 'limit_exceeded'; limit: bigint; spent: bigint }
  | { outcome: 'insufficient'; balance: bigint }
  | { outcome: 'conflict' | 'unauthenticated' | 'not_linked' | 'expired' | 'frozen' }

type Row = {
  outcome: ChargeOutcome['outcome']
  charge_id: string
  source: ChargeSource
  balance: bigint
  monthly_limit: bigint
  spent: bigint
  is_refunded: boolean
}

/** Charges an agent for all rows in their order, in one statement. */
export async function chargeBatch(agentId: string, rows: readonly ChargeRow[]): Promise<ChargeOutcome[]> {
  const { rows: answers } = await pool().query<Row>({
    name: 'balance_charge_batch',
    text: 'select * from balance_charge_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    values: [
      agentId,
      rows.map((row) => row.tokenId),
      rows.map((row) => row.amount.toString()),
      rows.map((row) => row.reference),
      rows.map((row) => row.description),
      rows.map((row) => row.earnerWorkspaceId),
      rows.map((row) => row.apiId),
      rows.map((row) => row.idempotencyKey),
      rows.map((row) => row.requestHash),
      rows.map((row) => row.servingSeconds),
    ],
  })
  return answers.map(toOutcome)
}

function toOutcome(row: Row): ChargeOutcome {
  const { outcome, charge_id: chargeId, source, balance } = row
  switch (outcome) {
    case 'charged':
      return { outcome, chargeId, source, balance }
    case 'replayed':
      return { outcome, chargeId, source, balance, isRefunded: row.is_refunded }
    case 'limit_exceeded':
      return { outcome, limit: row.monthly_limit, spent: row.spent }
    case 'insufficient':
      return { outcome, balance }
    default:
      return { outcome }
  }
}

export type RefundRow = {
  outcome: 'refunded' | 'already_refunded' | 'not_found' | 'insufficient'
  chargeId: string
  agentId: string
  amount: bigint
  balance: bigint
  refundedAt: Date
  revenue: bigint
}

type Refund = {
  chargeId: string
  /** Limits it to what this workspace earned; null for our own handlers. */
  workspaceId: string | null
  by: string
  reason: string
  /** Frees the idempotency key, so that the call can be tried again under it. */
  releaseKey: boolean
  isAudited: boolean
  requestId: string | null
}

export async function refundChargeRow(refund: Refund): Promise<RefundRow> {
  const { rows } = await pool().query<RefundRow>(
    `select outcome, charge_id as "chargeId", agent_id as "agentId", amount, balance, refunded_at as "refundedAt", revenue
       from balance_refund_charge($1, $2, $3, $4, $5, $6, $7)`,
    [
      refund.chargeId,
      refund.workspaceId,
      refund.by,
      refund.reason,
      refund.releaseKey,
      refund.isAudited,
      refund.requestId,
    ],
  )
  const [row] = rows
  if (!row) throw new Error('balance_refund_charge answered nothing')
  return row
}

/** What was paid for is served: the charge stays. */
export async function markServed(chargeId: string): Promise<void> {
  await pool().query('update charges set serving_until = null where id = $1 and serving_until is not null', [
    chargeId,
  ])
}

/** Charges whose time to be served is over, oldest first. Serves from charges_unserved_idx. */
export async function selectUnserved({ limit }: { limit: number }): Promise<string[]> {
  const { rows } = await pool().query<{ id: string }>(
    'select id from charges where serving_until < now() order by serving_until limit $1',
    [limit],
  )
  return rows.map(({ id }) => id)
}

/** Forgets keys older than 30 days, a thousand at a time so that no statement is long; true while there are more. */
export async function forgetKeys(): Promise<boolean> {
  const { rowCount } = await pool().query(
    `update charges set idempotency_key = null, request_hash = null
      where id in (select id from charges where idempotency_key is not null and created_at < now() - interval '30 days'
        order by created_at limit 1000)`,
  )
  return rowCount === 1000
}

export async function findChargeWorkspace(chargeId: string): Promise<string | null> {
  const { rows } = await pool().query<{ workspaceId: string }>(
    'select workspace_id as "workspaceId" from charges where id = $1',
    [chargeId],
  )
  return rows[0]?.workspaceId ?? null
}
