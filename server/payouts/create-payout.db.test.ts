import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, expect, test, vi } from 'vitest'
import { payoutInput } from '@/domain/payout'
import { chargeAgent } from '@/server/balance'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { chargeOf, createFundedAgent, type FundedAgent } from '@/test/harness/balance'
import { createBarePayout } from '@/test/harness/bare-payouts'
import { budgetOf } from '@/test/harness/budgets'
import { createTestMandate } from '@/test/harness/factories'
import { askPayout, createPayoutOf, movePayout, payoutBody } from '@/test/harness/payouts'
import { expectProblem } from '@/test/harness/people'
import { newApprovalId } from './new-approval-id'

const USDC = 1_000_000n
const newAgent = () => createFundedAgent(100n * USDC)
const schema = payoutInput({ minAmount: 1n })

// Another process, as far as the database can tell: connections of its own, one statement for each payout.
const elsewhere = new pg.Pool({ connectionString: env().DATABASE_URL, max: 8 })
afterAll(() => elsewhere.end())

async function createElsewhere(agent: FundedAgent, body: Record<string, unknown>): Promise<string> {
  try {
    return (await createBarePayout(elsewhere, agent, schema.parse(body))).outcome
  } catch (error) {
    if (error instanceof pg.DatabaseError && /^40(001|P01)$/.test(error.code ?? ''))
      return createElsewhere(agent, body)
    throw error
  }
}

/** What came of it here, over HTTP, in the words of the statement. */
async function createHere(agent: FundedAgent, body: Record<string, unknown>): Promise<string> {
  const response = await askPayout(agent, body)
  if (response.status === 201) return 'created'
  if (response.status === 200) return 'replayed'
  const { code } = (await response.json()) as { code: string }
  return code
}

function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

async function rowsOf(agent: FundedAgent): Promise<number> {
  const { rowCount } = await pool().query('select 1 from payouts where agent_id = $1', [agent.agentId])
  return rowCount ?? 0
}

test('a creation is one statement after authentication, and what waits goes together', async () => {
  const agent = await newAgent()
  const mandateId = await createTestMandate(agent)
  // Who calls is known, and a worker was looked for.
  await createPayoutOf(agent, { mandateId })
  const statements = vi.spyOn(pg.Client.prototype, 'query')
  const texts = () =>
    statements.mock.calls
      .map(([query]) => JSON.stringify(query))
      .filter((text) => text.includes('payout') && !text.includes('add_job'))
  await createPayoutOf(agent, { mandateId, bizId: 'one', description: 'd', metadata: { a: 1 } })
  expect(texts()).toHaveLength(1)
  await createPayoutOf(agent)
  expect(texts()).toHaveLength(2)
  await Promise.all(Array.from({ length: 65 }, () => createPayoutOf(agent, { mandateId })))
  // The first alone, then the 64 that waited.
  expect(texts()).toHaveLength(4)
  statements.mockRestore()
})

test('1,000 identical requests at once create one payout; 999 are answered with it', async () => {
  const agent = await newAgent()
  const mandateId = await createTestMandate(agent)
  const body = payoutBody({ mandateId, bizId: 'once' })
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      const response = await askPayout(agent, body)
      return { status: response.status, text: await response.text() }
    }),
  )
  expect(tally(answers.map(({ status }) => String(status)))).toEqual({ 200: 999, 201: 1 })
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: USDC })
})

test('1,000 different requests at once on a budget for 500 create exactly 500', async () => {
  const agent = await newAgent()
  const mandateId = await createTestMandate(agent, { limitAmount: 500n * USDC + USDC / 2n })
  const outcomes = await Promise.all(
    Array.from({ length: 1_000 }, () => createHere(agent, payoutBody({ mandateId }))),
  )
  expect(tally(outcomes)).toEqual({ created: 500, mandate_insufficient_budget: 500 })
  expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 500n * USDC })
  expect(await rowsOf(agent)).toBe(500)
}, 60_000)

test('two processes at once never exceed a budget, and create an id once', async () => {
  const agent = await newAgent()
  const mandateId = await createTestMandate(agent, { limitAmount: 100n * USDC })
  const shared = Array.from({ length: 60 }, () => payoutBody({ mandateId }))
  const own = Array.from({ length: 100 }, () => payoutBody({ mandateId }))
  const outcomes = await Promise.all([
    ...shared.flatMap((body) => [createHere(agent, body), createElsewhere(agent, body)]),
    ...own.map((body, index) => (index % 2 ? createHere(agent, body) : createElsewhere(agent, body))),
  ])
  expect(tally(outcomes).created).toBe(100)
  expect(await budgetOf(mandateId)).toEqual({ spent: 0n, pending: 100n * USDC })
  expect(await rowsOf(agent)).toBe(100)
}, 60_000)

test('one id at once in two processes without any mandate is one payout, and everybody gets it', async () => {
  const agent = await newAgent()
  const bodies = Array.from({ length: 40 }, () => payoutBody())
  const outcomes = await Promise.all(
    bodies.flatMap((body) => [createHere(agent, body), createElsewhere(agent, body)]),
  )
  expect(tally(outcomes)).toEqual({ created: 40, replayed: 40 })
}, 60_000)

test('one bizId at once under many ids, by agents and processes, is one payout', async () => {
  const agent = await newAgent()
  const sibling = await createFundedAgent(0n, { workspaceId: agent.workspaceId })
  for (let round = 0; round < 10; round += 1) {
    const bizId = `race_${round}`
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, at) => {
        const by = at % 3 ? agent : sibling
        return at % 2 ? createHere(by, payoutBody({ bizId })) : createElsewhere(by, payoutBody({ bizId }))
      }),
    )
    const { created, biz_taken = 0, biz_id_taken = 0 } = tally(outcomes)
    expect([created, biz_taken + biz_id_taken]).toEqual([1, 11])
  }
}, 60_000)

test('the month is shared with charges, and its refusal has the numbers', async () => {
  const agent = await newAgent()
  await pool().query('update agents set monthly_limit = 3000000 where id = $1', [agent.agentId])
  const mandateId = await createTestMandate(agent)
  await chargeAgent(chargeOf(agent, { amount: 1_500_000n }))
  const { payoutId } = await createPayoutOf(agent, { mandateId })
  const problem = await expectProblem(
    await askPayout(agent, payoutBody({ mandateId })),
    403,
    'agent_monthly_limit_exceeded',
  )
  expect(problem).toMatchObject({ limit: '3000000', spent: '2500000', required: '1000000' })
  expect(await chargeAgent(chargeOf(agent, { amount: USDC }))).toMatchObject({
    outcome: 'limit_exceeded',
    spent: 2_500_000n,
  })
  await movePayout(payoutId, ['failed', 'cancelled'])
  expect(await chargeAgent(chargeOf(agent, { amount: USDC }))).toMatchObject({ outcome: 'charged' })
  await expectProblem(await askPayout(agent, payoutBody({ mandateId })), 403, 'agent_monthly_limit_exceeded')
})

test('payouts and charges at once never exceed the month', async () => {
  const agent = await newAgent()
  await pool().query('update agents set monthly_limit = 50000000 where id = $1', [agent.agentId])
  const mandateId = await createTestMandate(agent)
  const outcomes = await Promise.all(
    Array.from({ length: 90 }, async (_, at) => {
      if (at % 3 === 0) return createHere(agent, payoutBody({ mandateId }))
      if (at % 3 === 1) return createElsewhere(agent, payoutBody({ mandateId }))
      const { outcome } = await chargeAgent(chargeOf(agent, { amount: USDC }))
      return outcome === 'charged' ? 'created' : outcome
    }),
  )
  expect(tally(outcomes).created).toBe(50)
  const { rows } = await pool().query<{ spent: bigint }>(
    'select spent from agent_monthly_spend where agent_id = $1',
    [agent.agentId],
  )
  expect(rows).toEqual([{ spent: 50n * USDC }])
}, 60_000)

test('the month comes before the budget, which is the last check', async () => {
  const agent = await newAgent()
  await pool().query('update agents set monthly_limit = 1 where id = $1', [agent.agentId])
  const poor = await createTestMandate(agent, { limitAmount: 1n })
  await expectProblem(
    await askPayout(agent, payoutBody({ mandateId: poor })),
    403,
    'agent_monthly_limit_exceeded',
  )
  const capped = await createTestMandate(agent, { maxAmountPerTx: 1n })
  await expectProblem(
    await askPayout(agent, payoutBody({ mandateId: capped })),
    400,
    'mandate_amount_over_cap',
  )
})

test('a rolling period counts what was authorized in it and not what failed for good', async () => {
  const agent = await newAgent()
  const mandateId = await createTestMandate(agent, { periodSeconds: 3_600, periodLimit: 3n * USDC })
  const made = await Promise.all(Array.from({ length: 3 }, () => createPayoutOf(agent, { mandateId })))
  const [first, second] = made.map(({ payoutId }) => payoutId)
  const refused = await expectProblem(
    await askPayout(agent, payoutBody({ mandateId, amount: '1' })),
    400,
    'mandate_period_exceeded',
  )
  expect(refused).toMatchObject({
    periodSeconds: 3_600,
    periodLimit: '3000000',
    periodSpent: '3000000',
    remaining: '0',
    required: '1',
  })
  await movePayout(first ?? '', ['failed', 'cancelled'])
  await createPayoutOf(agent, { mandateId })
  await pool().query("update payouts set created_at = now() - interval '3601 s' where payout_id = $1", [
    second,
  ])
  await createPayoutOf(agent, { mandateId })
  await expectProblem(
    await askPayout(agent, payoutBody({ mandateId, amount: '1' })),
    400,
    'mandate_period_exceeded',
  )
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const other = await createTestMandate(agent, { periodSeconds: 60, periodLimit: 2n * USDC })
      const four = await Promise.all(
        Array.from({ length: 4 }, () => createHere(agent, payoutBody({ mandateId: other }))),
      )
      return tally(four)
    }),
  )
  for (const outcome of outcomes) expect(outcome).toEqual({ created: 2, mandate_period_exceeded: 2 })
}, 60_000)

test('ten thousand approval ids are different, of 22 letters and digits', () => {
  const ids = Array.from({ length: 10_000 }, newApprovalId)
  expect(new Set(ids).size).toBe(10_000)
  expect(ids.every((id) => /^[0-9A-Za-z]{22}$/.test(id))).toBe(true)
  expect(new Set(ids.join('')).size).toBe(62)
})

test('a payout id is free again for nobody, though its transaction was rolled back with others of its batch', async () => {
  const agent = await newAgent()
  const payoutId = `po_${randomUUID()}`
  const outcomes = await Promise.all([
    createHere(agent, payoutBody({ payoutId })),
    createHere(agent, payoutBody({ payoutId, amount: '2' })),
    createHere(agent, payoutBody({ payoutId })),
    createHere(agent, payoutBody()),
  ])
  expect(outcomes).toEqual(['created', 'payout_id_conflict', 'replayed', 'created'])
})
