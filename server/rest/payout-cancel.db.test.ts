import { beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { budgetOf } from '@/test/harness/budgets'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '@/test/harness/factories'
import {
  askPayout,
  cancelPayoutOf,
  countStored,
  createPayoutOf,
  movePayout,
  payoutBody,
  readPayout,
} from '@/test/harness/payouts'
import { expectProblem, rest } from '@/test/harness/people'

const USDC = 1_000_000n

let agent: TestAgent
beforeAll(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
})

async function auditsOf(payoutId: string) {
  const { rows } = await pool().query<{ actor: string; action: string }>(
    'select actor, action from audit_log where target = $1 order by id',
    [payoutId],
  )
  return rows.map(({ actor, action }) => [actor, action])
}

test('before anything is signed it is cancelled: budget, month and bizId are free, and a repeat answers the same', async () => {
  const payer = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  await pool().query('update agents set monthly_limit = 1000000 where id = $1', [payer.agentId])
  const mandateId = await createTestMandate(payer, { limitAmount: USDC })
  const { payoutId } = await createPayoutOf(payer, { mandateId, bizId: 'order_1' })
  const response = await cancelPayoutOf(payer, payoutId)
  expect(response.status).toBe(200)
  const answer = (await response.json()) as { payout: unknown }
  expect(answer).toMatchObject({
    payout: { payoutId, status: 'failed', failureReason: 'cancelled', isFinal: true, approvalUrl: null },
  })
  expect(answer.payout).toEqual(await readPayout(payer, payoutId))
  expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 0n })
  const before = await countStored()
  const repeat = await cancelPayoutOf(payer, payoutId)
  expect(repeat.status).toBe(200)
  expect(await repeat.json()).toEqual(answer)
  expect(await countStored()).toEqual(before)
  expect(await auditsOf(payoutId)).toEqual([
    [payer.agentId, 'payout.created'],
    [payer.agentId, 'payout.cancelled'],
  ])
  await createPayoutOf(payer, { mandateId, bizId: 'order_1' })
})

test('a payout that waits for a person is cancelled by another agent of the workspace, and its page closes', async () => {
  const { payoutId } = await createPayoutOf(agent)
  const sibling = await createTestAgent({ workspaceId: agent.workspaceId })
  expect((await cancelPayoutOf(sibling, payoutId)).status).toBe(200)
  const { rows } = await pool().query(
    'select a.status, a.decided_by from approvals a join payouts p on p.id = a.payout_row_id where p.payout_id = $1',
    [payoutId],
  )
  expect(rows).toEqual([{ status: 'closed', decided_by: sibling.agentId }])
})

const AUTHORIZED_TO = {
  signing: [['signing']],
  signed: [['signing'], ['signed']],
  broadcasting: [['signing'], ['signed'], ['broadcasting']],
  succeeded: [['signing'], ['signed'], ['broadcasting'], ['succeeded']],
  confirmed: [['signing'], ['signed'], ['broadcasting'], ['succeeded'], ['confirmed']],
} as const satisfies Record<string, readonly [string][]>

test.each(Object.entries(AUTHORIZED_TO))(
  'a payout that is %s answers 409 with its state and stays',
  async (state, steps) => {
    const mandateId = await createTestMandate(agent)
    const { payoutId } = await createPayoutOf(agent, { mandateId })
    await movePayout(payoutId, ...steps.map(([to]): [string] => [to]))
    const [before, budget] = [await countStored(), await budgetOf(mandateId)]
    const problem = await expectProblem(await cancelPayoutOf(agent, payoutId), 409, 'INVALID_STATE')
    expect(problem.state).toBe(state)
    expect(await countStored()).toEqual(before)
    expect(await budgetOf(mandateId)).toEqual(budget)
    expect((await readPayout(agent, payoutId)).status).toBe(state)
  },
)

test.each(['expired', 'user_denied', 'killed', 'insufficient_funds'])(
  'a payout that failed for %s is not cancelled again',
  async (reason) => {
    const { payoutId } = await createPayoutOf(agent)
    await movePayout(payoutId, ['failed', reason])
    const problem = await expectProblem(await cancelPayoutOf(agent, payoutId), 409, 'INVALID_STATE')
    expect(problem).toMatchObject({ state: 'failed', failureReason: reason })
  },
)

test('a time-out is not cancelled: it may still be paid', async () => {
  const mandateId = await createTestMandate(agent, { limitAmount: USDC })
  const { payoutId } = await createPayoutOf(agent, { mandateId, bizId: 'timed_out' })
  await movePayout(payoutId, ...AUTHORIZED_TO.succeeded.map(([to]): [string] => [to]), [
    'failed',
    'tx_confirmation_timeout',
  ])
  await expectProblem(await cancelPayoutOf(agent, payoutId), 409, 'INVALID_STATE')
  expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: USDC })
  const problem = await expectProblem(
    await askPayout(agent, payoutBody({ bizId: 'timed_out' })),
    409,
    'biz_id_taken',
  )
  expect(problem.payoutId).toBe(payoutId)
})

test('cancelling and signing at once: one of the two happens, never both', async () => {
  const mandateId = await createTestMandate(agent)
  const before = await budgetOf(mandateId)
  const outcomes = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const { payoutId } = await createPayoutOf(agent, { mandateId })
      const sign = pool().query<{ status: string | null }>(
        `select (m).status from payouts p cross join lateral payout_move(p.id, '{authorized}', 'signing', null, 'worker') m
          where p.payout_id = $1`,
        [payoutId],
      )
      const [cancelled, signed] = await Promise.all([cancelPayoutOf(agent, payoutId), sign])
      const { status } = await readPayout(agent, payoutId)
      return { cancelled: cancelled.status, signed: signed.rows[0]?.status ?? null, status }
    }),
  )
  for (const outcome of outcomes) {
    expect([
      { cancelled: 200, signed: null, status: 'failed' },
      { cancelled: 409, signed: 'signing', status: 'signing' },
    ]).toContainEqual(outcome)
  }
  const signing = outcomes.filter(({ status }) => status === 'signing').length
  expect(await budgetOf(mandateId)).toEqual({ ...before, pending: USDC * BigInt(signing) })
})

test('cancelled twenty times at once it is cancelled once', async () => {
  const mandateId = await createTestMandate(agent)
  const { payoutId } = await createPayoutOf(agent, { mandateId })
  const answers = await Promise.all(Array.from({ length: 20 }, () => cancelPayoutOf(agent, payoutId)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const { rows } = await pool().query(
    'select count(*)::int as steps from payout_transitions t join payouts p on p.id = t.payout_row_id where p.payout_id = $1',
    [payoutId],
  )
  expect(rows).toEqual([{ steps: 2 }])
  expect((await auditsOf(payoutId)).length).toBe(2)
  expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 0n })
})

test('whose token was revoked a moment ago cancels nothing', async () => {
  const gone = await createTestAgent({ workspaceId: agent.workspaceId })
  const { payoutId } = await createPayoutOf(gone)
  await pool().query('update agent_tokens set revoked_at = now() where agent_id = $1', [gone.agentId])
  await expectProblem(await cancelPayoutOf(gone, payoutId), 401, 'unauthenticated')
  expect((await readPayout(agent, payoutId)).status).toBe('pending_authorization')
})

test('a body or a query is refused, an empty object is not', async () => {
  const { payoutId } = await createPayoutOf(agent)
  const cancel = (body: unknown, query = '') =>
    rest('POST', `/api/payouts/${payoutId}/cancel${query}`, { origin: null, headers: agent.headers, body })
  await expectProblem(await cancel({ reason: 'no' }), 400, 'invalid_request')
  await expectProblem(await cancel({}, '?force=1'), 400, 'invalid_request')
  expect((await readPayout(agent, payoutId)).status).toBe('pending_authorization')
  expect((await cancel({})).status).toBe(200)
})
