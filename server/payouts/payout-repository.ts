import type { PayoutView } from '@/domain/payout'
import type { PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'

export type PayoutRow = {
  tokenId: string
  payoutId: string
  toAddress: string
  toChecksum: string
  /** Atomic units. */
  amount: bigint
  currency: string
  mandateId: string | null
  bizId: string | null
  description: string | null
  metadata: Record<string, unknown> | null
  webhookUrl: string | null
  ttlSeconds: number
  requestHash: Buffer
  /** Asks a person where the mandate refuses. */
  isAsking: boolean
  approvalId: string
  requestId: string
}

/** The same for all payouts of a deployment. */
export type Payer = {
  chainId: number
  network: string
  assetAddress: string
  assetChecksum: string
  /** What an approval id is appended to. */
  approvalBase: string
}

export type MandateRefusal =
  | 'mandate_not_found'
  | 'mandate_mismatch'
  | 'mandate_not_signed'
  | 'mandate_disabled'
  | 'mandate_expired'
  | 'mandate_currency_mismatch'
  | 'mandate_recipient_not_allowed'
  | 'mandate_amount_over_cap'
  | 'mandate_period_exceeded'
  | 'mandate_insufficient_budget'

/** What became of one request; `details` has the numbers of a refusal. */
export type PayoutOutcome =
  | { outcome: 'created'; payout: PayoutView }
  | { outcome: 'replayed'; payout: PayoutView }
  | {
      outcome:
        | MandateRefusal
        | 'conflict'
        | 'biz_taken'
        | 'unauthenticated'
        | 'not_linked'
        | 'expired'
        | 'killed'
        | 'no_wallet'
        | 'recipient_refused'
        | 'unsupported_asset'
        | 'limit_exceeded'
      details: Record<string, unknown> | null
    }

/** Creates payouts of an agent for all rows in their order, in one statement. Throws a serialization failure when another process is in the way. */
export async function createPayoutBatch(
  agentId: string,
  payer: Payer,
  rows: readonly PayoutRow[],
): Promise<PayoutOutcome[]> {
  const { rows: answers } = await pool().query<PayoutOutcome>({
    name: 'payout_create_batch',
    text: `select * from payout_create_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
    values: [
      agentId,
      payer.chainId,
      payer.network,
      payer.assetAddress,
      payer.assetChecksum,
      payer.approvalBase,
      rows.map((row) => row.tokenId),
      rows.map((row) => row.payoutId),
      rows.map((row) => row.toAddress),
      rows.map((row) => row.toChecksum),
      rows.map((row) => row.amount.toString()),
      rows.map((row) => row.currency),
      rows.map((row) => row.mandateId),
      rows.map((row) => row.bizId),
      rows.map((row) => row.description),
      rows.map((row) => (row.metadata === null ? null : JSON.stringify(row.metadata))),
      rows.map((row) => row.webhookUrl),
      rows.map((row) => row.ttlSeconds),
      rows.map((row) => row.requestHash),
      rows.map((row) => row.isAsking),
      rows.map((row) => row.approvalId),
      rows.map((row) => row.requestId),
    ],
  })
  return answers
}

type OfAgent = { agentId: string; tokenId: string }

/**
 * What a creation answers before it looks at what is asked for: who calls, a payout that has the id already, and whether agent
 * and workspace pay now. Null where nothing of that answers. The order is that of `payout_create_batch`.
 */
export async function findStanding({
  agentId,
  tokenId,
  payoutId,
  requestHash,
}: OfAgent & { payoutId: string; requestHash: Buffer }): Promise<PayoutOutcome | null> {
  const { rows } = await pool().query<PayoutOutcome | { outcome: null }>(
    `select standing.outcome, null as details, case when standing.outcome = 'replayed' then payout_json(p) end as payout
       from (values (0)) one
       left join (
         select a.id, a.workspace_id, a.expires_at from agents a join agent_tokens t on t.agent_id = a.id
           left join workspaces s on s.id = a.workspace_id
          where a.id = $1 and t.id = $2 and a.revoked_at is null and a.deleted_at is null and s.deleted_at is null
            and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
       ) a on true
       left join payouts p on p.payout_id = $3 and p.workspace_id = a.workspace_id
       left join workspace_policies o on o.workspace_id = a.workspace_id
       cross join lateral (select case
         when a.id is null then 'unauthenticated'
         when a.workspace_id is null then 'not_linked'
         when p.request_hash = $4 and p.agent_id = a.id then 'replayed'
         when p.id is not null then 'conflict'
         when a.expires_at <= now() then 'expired'
         when o.killed_at is not null then 'killed'
       end as outcome) standing`,
    [agentId, tokenId, payoutId, requestHash],
  )
  const [row] = rows
  return row?.outcome ? row : null
}

// A sweep is a person's own transfer, and no payout that an agent may see.
const OF_WORKSPACE = `p.workspace_id = $1 and p.kind = 'payout' and p.deleted_at is null`

export async function findPayout({
  workspaceId,
  payoutId,
}: {
  workspaceId: string
  payoutId: string
}): Promise<PayoutView | null> {
  const { rows } = await pool().query<{ payout: PayoutView }>({
    name: 'find-payout',
    text: `select payout_json(p) as payout from payouts p where ${OF_WORKSPACE} and p.payout_id = $2`,
    values: [workspaceId, payoutId],
  })
  return rows[0]?.payout ?? null
}

export type PayoutFilter = {
  workspaceId: string
  status?: PayoutStatus | undefined
  bizId?: string | undefined
}

/** The page after the payout `after`, newest first; null when that is not one of the workspace's. One index scan, as long as the page. */
export async function selectPayouts({
  workspaceId,
  status,
  bizId,
  after,
  limit,
}: PayoutFilter & { after: string | null; limit: number }): Promise<PayoutView[] | null> {
  const position = after === null ? null : await findPosition({ workspaceId, payoutId: after })
  if (after !== null && position === null) return null
  const { rows } = await pool().query<{ payout: PayoutView }>(
    `select payout_json(p) as payout from payouts p
      where ${OF_WORKSPACE} ${status === undefined ? '' : 'and p.status = $5::payout_status'}
        ${bizId === undefined ? '' : `and p.biz_id = $${status === undefined ? 5 : 6}`}
        and ($2::timestamptz is null or (p.created_at <= $2 and (p.created_at < $2 or p.id > $3::uuid)))
      order by p.created_at desc, p.id limit $4`,
    [
      workspaceId,
      position?.createdAt ?? null,
      position?.id ?? null,
      limit,
      ...[status, bizId].filter((value) => value !== undefined),
    ],
  )
  return rows.map(({ payout }) => payout)
}

async function findPosition({
  workspaceId,
  payoutId,
}: {
  workspaceId: string
  payoutId: string
}): Promise<{ id: string; createdAt: Date } | null> {
  const { rows } = await pool().query<{ id: string; createdAt: Date }>(
    `select p.id, p.created_at as "createdAt" from payouts p where ${OF_WORKSPACE} and p.payout_id = $2`,
    [workspaceId, payoutId],
  )
  return rows[0] ?? null
}

export type CancelOutcome =
  | { outcome: 'cancelled' | 'repeated' | 'invalid_state'; payout: PayoutView }
  | { outcome: 'not_found' | 'unauthenticated'; payout: null }

/** Cancels in one statement, with its audit row. */
export async function cancelPayoutRow({
  agentId,
  tokenId,
  payoutId,
  requestId,
}: OfAgent & { payoutId: string; requestId: string }): Promise<CancelOutcome> {
  const { rows } = await pool().query<CancelOutcome>({
    name: 'payout_cancel',
    text: 'select * from payout_cancel($1, $2, $3, $4)',
    values: [agentId, tokenId, payoutId, requestId],
  })
  const [row] = rows
  if (!row) throw new Error('payout_cancel answered nothing')
  return row
}
