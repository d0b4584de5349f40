// Payouts as an agent's request makes them, by the statement itself.
import { randomUUID } from 'node:crypto'
import { storedAddress } from '@/domain/address'
import type { PayoutInput } from '@/domain/payout'
import { pool } from '@/server/core/db'
import { newApprovalId } from '@/server/payouts/new-approval-id'
import { type BareOutcome, createBarePayout } from './bare-payouts'
import { randomAddress, type TestAgent } from './factories'

export type AskedRow = Partial<
  Pick<
    PayoutInput,
    | 'payoutId'
    | 'bizId'
    | 'amount'
    | 'mandateId'
    | 'description'
    | 'metadata'
    | 'ttlSeconds'
    | 'onMandateRefusal'
  > & { to: string }
>

export type CreatedRow = BareOutcome & { payoutId: string; approvalId: string; id: string | null }

const DEFAULTS = {
  amount: 1_000_000n,
  ttlSeconds: 3600,
  currency: 'USDC',
  onMandateRefusal: 'reject',
  ...{ mandateId: null, bizId: null, network: null, assetAddress: null },
  ...{ description: null, metadata: null, webhookUrl: null },
} as const

/** Asks for one payout; `outcome` is the statement's. Repeats it as callers do when somebody else was quicker. */
export async function createPayoutRow(
  { agentId, workspaceId }: Pick<TestAgent, 'agentId' | 'workspaceId'>,
  { to = randomAddress(), payoutId = `p-${randomUUID()}`, ...asked }: AskedRow = {},
): Promise<CreatedRow> {
  const approvalId = newApprovalId()
  const { rows: tokens } = await pool().query<{ id: string }>(
    'select id from agent_tokens where agent_id = $1 and revoked_at is null limit 1',
    [agentId],
  )
  const caller = { agentId, tokenId: tokens[0]?.id ?? '' }
  const input = { ...DEFAULTS, ...asked, payoutId, toAddress: storedAddress(to) }
  const answer = await repeated(() => createBarePayout(pool(), caller, input, approvalId))
  const { rows } = await pool().query<{ id: string }>(
    'select id from payouts where workspace_id = $1 and payout_id = $2',
    [workspaceId, payoutId],
  )
  return { ...answer, payoutId, approvalId, id: rows[0]?.id ?? null }
}

/** A payout that is created: anything else is a fault of the test. */
export async function createdPayoutRow(
  agent: Pick<TestAgent, 'agentId' | 'workspaceId'>,
  asked: AskedRow = {},
): Promise<CreatedRow & { id: string }> {
  const { outcome, id, ...row } = await createPayoutRow(agent, asked)
  if (outcome !== 'created' || id === null) throw new Error(`the payout was not created: ${outcome}`)
  return { outcome, id, ...row }
}

async function repeated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: string }).code !== '40001') throw error
    return work()
  }
}

/** Moves a payout by the one function that may, as `actor`. */
export async function movePayoutRow(
  id: string | null,
  to: string,
  {
    from,
    reason = null,
    actor = 'worker',
    changes = {},
  }: { from: string; reason?: string | null; actor?: string; changes?: object },
): Promise<void> {
  const { rows } = await pool().query<{ id: string | null }>(
    'select (payout_move($1, array[$2]::payout_status[], $3, $4, $5, $6)).id as id',
    [id, from, to, reason, actor, JSON.stringify(changes)],
  )
  if (!rows[0]?.id) throw new Error(`the payout did not go from ${from} to ${to}`)
}
