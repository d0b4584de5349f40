import type { Actor } from '@/server/audit'
import { pool } from '@/server/core/db'
import type { WithdrawalRow } from './withdrawal-view'

type Source = { chainId: number; fromAddress: string }

export type RefundOutcome =
  | 'requested'
  | 'replayed'
  | 'conflict'
  | 'not_owner'
  | 'not_found'
  | 'not_a_depositor'
  | 'frozen'
  | 'insufficient'

type NewRefund = Source & {
  workspaceId: string
  agentId: string
  toAddress: string
  amount: bigint
  actor: Actor
  idempotencyKey: string
}

export type Requested<Outcome> = { outcome: Outcome; available: bigint; row: WithdrawalRow }

/** One round trip: checks, ledger, row and audit row, or nothing. `available` is what is left, or owed when frozen. */
export function insertBalanceRefund(refund: NewRefund): Promise<Requested<RefundOutcome>> {
  return request(
    'select r.outcome, r.available, (r.withdrawal).* from withdrawal_request_refund($1, $2, $3, $4, $5, $6, $7, $8, $9) r',
    [
      refund.workspaceId,
      refund.agentId,
      refund.toAddress,
      refund.amount,
      refund.actor.address,
      refund.actor.requestId,
      refund.idempotencyKey,
      refund.chainId,
      refund.fromAddress,
    ],
  )
}

export type RevenueOutcome = 'requested' | 'replayed' | 'conflict' | 'not_owner' | 'insufficient'

type NewRevenueWithdrawal = Source & {
  workspaceId: string
  amount: bigint
  actor: Actor
  idempotencyKey: string
}

export function insertRevenueWithdrawal(
  withdrawal: NewRevenueWithdrawal,
): Promise<Requested<RevenueOutcome>> {
  return request(
    'select r.outcome, r.available, (r.withdrawal).* from withdrawal_request_revenue($1, $2, $3, $4, $5, $6, $7) r',
    [
      withdrawal.workspaceId,
      withdrawal.amount,
      withdrawal.actor.address,
      withdrawal.actor.requestId,
      withdrawal.idempotencyKey,
      withdrawal.chainId,
      withdrawal.fromAddress,
    ],
  )
}

/** `outcome` is the deposit's status when that does not allow the return. */
export function insertDepositReturn({
  depositId,
  actor,
  chainId,
}: {
  depositId: string
  actor: Actor
  chainId: number
}): Promise<Requested<string>> {
  return request(
    'select r.outcome, 0::numeric as available, (r.withdrawal).* from withdrawal_return_deposit($1, $2, $3, $4) r',
    [depositId, actor.address, actor.requestId, chainId],
  )
}

async function request<Outcome extends string>(text: string, values: unknown[]): Promise<Requested<Outcome>> {
  const { rows } = await pool().query<WithdrawalRow & { outcome: Outcome; available: bigint }>(text, values)
  const [row] = rows
  if (!row) throw new Error('a function that always answers did not')
  return { outcome: row.outcome, available: row.available, row }
}

const COLUMNS = `id, kind, status, workspace_id, agent_id, deposit_id, to_address, amount, tx_hash, finalized_at, failure_reason, waiting_for,
  requested_by, created_at, updated_at`

type Page = {
  workspaceId: string
  agentId: string | null
  kind: string | null
  cursor: string | null
  limit: number
}

/** Newest first. Null when the cursor is not a withdrawal of this workspace. */
export async function selectWithdrawals({
  workspaceId,
  agentId,
  kind,
  cursor,
  limit,
}: Page): Promise<WithdrawalRow[] | null> {
  if (cursor !== null) {
    const { rowCount } = await pool().query('select 1 from withdrawals where id = $1 and workspace_id = $2', [
      cursor,
      workspaceId,
    ])
    if (rowCount === 0) return null
  }
  const { rows } = await pool().query<WithdrawalRow>(
    `select ${COLUMNS} from withdrawals
     where workspace_id = $1 and ($2::text is null or agent_id = $2) and ($3::withdrawal_kind is null or kind = $3)
       and ($4::uuid is null or (created_at, id) < (select created_at, id from withdrawals where id = $4))
     order by created_at desc, id desc limit $5`,
    [workspaceId, agentId, kind, cursor, limit],
  )
  return rows
}

export type RefundTargetsRow = {
  balance: bigint
  owed: bigint
  address: string | null
  paid: bigint | null
  last_at: Date | null
}

/** One row for each wallet, or a single one without a wallet; none when the agent is not of this workspace. */
export async function selectRefundTargets({
  workspaceId,
  agentId,
  chainId,
}: {
  workspaceId: string
  agentId: string
  chainId: number
}): Promise<RefundTargetsRow[]> {
  const balanceOf = (kind: string) =>
    `coalesce((select balance from ledger_accounts where kind = '${kind}' and owner = a.id and payer = ''), 0)`
  const { rows } = await pool().query<RefundTargetsRow>(
    `select ${balanceOf('agent_balance')} as balance, ${balanceOf('owed')} as owed, t.address, t.paid, t.last_at
     from agents a left join lateral refund_targets(a.id, $3) t on true
     where a.id = $1 and a.workspace_id = $2 order by t.last_at desc nulls last`,
    [agentId, workspaceId, chainId],
  )
  return rows
}

export async function sumRevenue(workspaceId: string): Promise<{ available: bigint; onItsWay: bigint }> {
  const { rows } = await pool().query<{ available: bigint; on_its_way: bigint }>(
    `select
       (select coalesce(sum(amount), 0) from withdrawable_revenue($1::uuid)) as available,
       (select coalesce(sum(amount), 0) from withdrawals
         where workspace_id = $1::uuid and kind = 'revenue' and status in ('requested', 'signed', 'broadcasting')) as on_its_way`,
    [workspaceId],
  )
  return { available: rows[0]?.available ?? 0n, onItsWay: rows[0]?.on_its_way ?? 0n }
}
