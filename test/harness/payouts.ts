// Agents that ask for payouts over HTTP, and what must be true of budgets whatever happens.
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { createdPayoutView, payoutView } from '@/domain/payout'
import { pool } from '@/server/core/db'
import type { TestAgent } from './factories'
import { rest } from './people'

export const RECIPIENT = '0x1234567890abcdef1234567890abcdef12345678'

/** A request of 1 USDC under an id of its own. */
export function payoutBody(over: Record<string, unknown> = {}): Record<string, unknown> {
  return { payoutId: `po_${randomUUID()}`, toAddress: RECIPIENT, amount: '1000000', ...over }
}

type Asking = Pick<TestAgent, 'headers'>

export function askPayout(agent: Asking, body: unknown = payoutBody()): Promise<Response> {
  return rest('POST', '/api/payouts', { origin: null, headers: agent.headers, body })
}

/** Asks for a payout that is created; answers what the agent got. */
export async function createPayoutOf(agent: Asking, over: Record<string, unknown> = {}) {
  const response = await askPayout(agent, payoutBody(over))
  const text = await response.text()
  expect({ status: response.status, text }).toEqual({ status: 201, text: expect.any(String) })
  return createdPayoutView.parse(JSON.parse(text))
}

/** A payout as its agent reads it. */
export async function readPayout(agent: Asking, payoutId: string) {
  const response = await rest('GET', `/api/payouts/${payoutId}`, { headers: agent.headers })
  expect(response.status).toBe(200)
  const { payout } = (await response.json()) as { payout: unknown }
  return payoutView.parse(payout)
}

export function cancelPayoutOf(agent: Asking, payoutId: string): Promise<Response> {
  return rest('POST', `/api/payouts/${payoutId}/cancel`, { origin: null, headers: agent.headers })
}

const STORED = ['payouts', 'approvals', 'payout_transitions', 'webhook_events', 'audit_log'] as const

/** How much is stored, so that a refusal can be shown to have stored nothing. */
export async function countStored(): Promise<Record<string, bigint>> {
  const counts = STORED.map((table) => `(select count(*) from ${table}) as ${table}`).join(', ')
  const { rows } = await pool().query<Record<string, bigint>>(
    `select ${counts}, (select coalesce(sum(pending_spent_amount), 0) from mandates) as pending,
            (select coalesce(sum(spent), 0) from agent_monthly_spend) as month`,
  )
  const [row] = rows
  if (!row) throw new Error('nothing was counted')
  return row
}

/** Walks a payout to a status by the only way there is. */
export async function movePayout(payoutId: string, ...steps: [to: string, reason?: string][]): Promise<void> {
  for (const [to, reason] of steps) {
    const { rowCount } = await pool().query(
      `select 1 from payouts p cross join lateral payout_move(p.id, array[p.status], $2::payout_status, $3, 'worker',
           case when $2 = 'signed' then jsonb_build_object('nonce', '0x01' || p.id, 'validBefore', '4000000000', 'signature', '0x02')
                when $2 = 'broadcasting' then '{"txHash":"0x03"}'::jsonb else '{}' end) m
        where p.payout_id = $1 and (m).id is not null`,
      [payoutId, to, reason ?? null],
    )
    expect({ payoutId, to, moved: rowCount }).toEqual({ payoutId, to, moved: 1 })
  }
}
