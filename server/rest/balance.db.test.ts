import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { chargeAnswer, entryAnswer, refundAnswer } from '@/domain/balance'
import { pool } from '@/server/core/db'
import {
  balanceOf,
  createFundedAgent,
  creditAgent,
  type FundedAgent,
  reverseCredit,
} from '@/test/harness/balance'
import {
  addMember,
  expectProblem,
  newPerson,
  newWorkspace,
  rest,
  type TestPerson,
} from '@/test/harness/people'

const USDC = 1_000_000n
const page = z.strictObject({
  data: z.array(entryAnswer),
  hasMore: z.boolean(),
  nextCursor: z.string().nullable(),
})

let owner: TestPerson
let workspaceId: string
beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
})

const funded = (amount: bigint) => createFundedAgent(amount, { workspaceId })

function charge(agent: FundedAgent, body: unknown, headers: Record<string, string> = {}) {
  return rest('POST', '/api/v1/balance/charge', {
    body,
    origin: null,
    headers: { ...agent.headers, 'idempotency-key': randomUUID(), ...headers },
  })
}

async function charged(agent: FundedAgent, amount_usd: number, reference = 'search') {
  const response = await charge(agent, { amount_usd, reference })
  expect(response.status).toBe(200)
  return chargeAnswer.parse(await response.json())
}

const refund = (chargeId: string, ask: Parameters<typeof rest>[2]) =>
  rest('POST', `/api/v1/balance/charges/${chargeId}/refund`, { body: {}, ...ask })

describe('POST /api/v1/balance/charge', () => {
  test('debits the balance and says what is left', async () => {
    const agent = await funded(5n * USDC)
    const answer = await charged(agent, 1.25)
    expect(answer).toMatchObject({ source: 'virtual_balance', virtual_balance_usd: '3.75' })
    expect(await balanceOf(agent.agentId)).toBe(3_750_000n)
  })

  test('the same key answers the same charge; another body under it is refused', async () => {
    const agent = await funded(5n * USDC)
    const key = { 'idempotency-key': 'once' }
    const first = await (await charge(agent, { amount_usd: 1, reference: 'a' }, key)).json()
    await charged(agent, 1)
    const repeat = await charge(agent, { amount_usd: 1.0, reference: 'a' }, key)
    expect(await repeat.json()).toEqual(first)
    for (const body of [
      { amount_usd: 2, reference: 'a' },
      { amount_usd: 1, reference: 'b' },
      { amount_usd: 1, reference: 'a', description: 'c' },
    ]) {
      await expectProblem(await charge(agent, body, key), 409, 'idempotency_conflict')
    }
    expect(await balanceOf(agent.agentId)).toBe(3n * USDC)
  })

  test.each([
    ['a string', '{"amount_usd":"1","reference":"r"}'],
    ['zero', '{"amount_usd":0,"reference":"r"}'],
    ['less than zero', '{"amount_usd":-1,"reference":"r"}'],
    ['seven decimals', '{"amount_usd":0.1234567,"reference":"r"}'],
    ['a sum of floats', '{"amount_usd":0.30000000000000004,"reference":"r"}'],
    ['decimals that a float would lose', '{"amount_usd":1.00000000000000000001,"reference":"r"}'],
    ['1e18', '{"amount_usd":1e18,"reference":"r"}'],
    ['beyond a float', '{"amount_usd":1e999,"reference":"r"}'],
    ['null', '{"amount_usd":null,"reference":"r"}'],
    ['no amount', '{"reference":"r"}'],
    ['no reference', '{"amount_usd":1}'],
    ['an empty reference', '{"amount_usd":1,"reference":""}'],
    ['a long reference', `{"amount_usd":1,"reference":"${'r'.repeat(129)}"}`],
    ['a reference that PostgreSQL cannot hold', '{"amount_usd":1,"reference":"a\\u0000b"}'],
    ['a long description', `{"amount_usd":1,"reference":"r","description":"${'d'.repeat(501)}"}`],
    ['an unknown field', '{"amount_usd":1,"reference":"r","agent":"x"}'],
  ])('%s is refused and nothing is charged', async (_, body) => {
    const agent = await funded(5n * USDC)
    await expectProblem(await charge(agent, body), 400, 'invalid_request')
    expect(await balanceOf(agent.agentId)).toBe(5n * USDC)
  })

  test.each([
    ['none', ''],
    ['256 characters', 'k'.repeat(256)],
    ['one that is not ASCII', 'ü'],
  ])('a key that is %s is idempotency_key_required', async (_, key) => {
    const agent = await funded(USDC)
    const response = await charge(agent, { amount_usd: 1, reference: 'r' }, { 'idempotency-key': key })
    await expectProblem(response, 400, 'idempotency_key_required')
  })

  test('a balance that is too small is 402 with the reason, and nothing is stored', async () => {
    const some = await expectProblem(
      await charge(await funded(USDC), { amount_usd: 2, reference: 'r' }),
      402,
      'payment_required',
    )
    expect(some).toMatchObject({
      billing_reason: 'virtual_balance_insufficient',
      virtual_balance_usd: '1',
      amount_usd: '2',
      accepts: expect.any(Array),
    })
    const poor = await funded(0n)
    const none = await expectProblem(
      await charge(poor, { amount_usd: 2, reference: 'r' }),
      402,
      'payment_required',
    )
    expect(none).toMatchObject({ billing_reason: 'payment_required', virtual_balance_usd: '0' })
    const { rowCount } = await pool().query('select 1 from charges where agent_id = $1', [poor.agentId])
    expect(rowCount).toBe(0)
  })

  test('without a live token nobody is charged', async () => {
    const agent = await funded(USDC)
    const body = { amount_usd: 1, reference: 'r' }
    await expectProblem(await charge(agent, body, { authorization: '' }), 401, 'unauthenticated')
    await expectProblem(await charge(agent, body, { authorization: 'Bearer bsr_x' }), 401, 'unauthenticated')
    await pool().query('update agents set revoked_at = now() where id = $1', [agent.agentId])
    await expectProblem(await charge(agent, body), 401, 'unauthenticated')
    expect(await balanceOf(agent.agentId)).toBe(USDC)
  })

  test.each([
    ["expires_at = now() - interval '1 second'", 'agent_expired'],
    ['monthly_limit = 999999', 'agent_monthly_limit_exceeded'],
    ['workspace_id = null, linked_at = null', 'agent_not_linked'],
  ] as const)('an agent with %s answers 403 %s', async (change, code) => {
    const agent = await funded(5n * USDC)
    await pool().query(`update agents set ${change} where id = $1`, [agent.agentId])
    await expectProblem(await charge(agent, { amount_usd: 1, reference: 'r' }), 403, code)
    expect(await balanceOf(agent.agentId)).toBe(5n * USDC)
  })

  test('an agent that owes answers 403 balance_frozen', async () => {
    const agent = await funded(0n)
    const cause = await creditAgent(agent.agentId, 2n * USDC)
    await charged(agent, 1)
    await reverseCredit(agent.agentId, 2n * USDC, cause)
    await expectProblem(await charge(agent, { amount_usd: 1, reference: 'r' }), 403, 'balance_frozen')
  })
})

describe('POST /api/v1/balance/charges/{chargeId}/refund', () => {
  test('an owner gives it back once; a repeat answers the same', async () => {
    const agent = await funded(5n * USDC)
    const { charge_id } = await charged(agent, 2)
    const first = await refund(charge_id, { cookie: owner.cookie, body: { reason: 'Not delivered' } })
    expect(first.status).toBe(200)
    const answer = refundAnswer.parse(await first.json())
    expect(answer).toMatchObject({ charge_id, amount_usd: '2', virtual_balance_usd: '5' })
    await charged(agent, 1)
    expect(await (await refund(charge_id, { cookie: owner.cookie })).json()).toEqual(answer)
    expect(await balanceOf(agent.agentId)).toBe(4n * USDC)
  })

  test('the agent itself may not, nor somebody else, nor who only looks', async () => {
    const agent = await funded(5n * USDC)
    const { charge_id } = await charged(agent, 2)
    const bearer = { headers: agent.headers, origin: null }
    await expectProblem(await refund(charge_id, bearer), 403, 'not_authorized')
    await expectProblem(await refund(charge_id, { ...bearer, cookie: owner.cookie }), 403, 'not_authorized')
    const broken = { headers: { authorization: 'Bearer bsr_x' }, origin: null }
    await expectProblem(await refund(charge_id, broken), 401, 'unauthenticated')
    await expectProblem(await refund(charge_id, {}), 401, 'unauthenticated')
    await expectProblem(
      await refund(charge_id, { cookie: owner.cookie, origin: 'https://evil.example' }),
      403,
      'csrf_failed',
    )
    const approver = await newPerson()
    await addMember(workspaceId, approver, 'APPROVER')
    await expectProblem(await refund(charge_id, { cookie: approver.cookie }), 403, 'not_authorized')
    const outsider = await newPerson()
    await newWorkspace(outsider)
    const foreign = await expectProblem(
      await refund(charge_id, { cookie: outsider.cookie }),
      404,
      'not_found',
    )
    const absent = await expectProblem(
      await refund(randomUUID(), { cookie: outsider.cookie }),
      404,
      'not_found',
    )
    expect({ ...foreign, requestId: '' }).toEqual({ ...absent, requestId: '' })
    await expectProblem(await refund('no-uuid', { cookie: owner.cookie }), 404, 'not_found')
    expect(await balanceOf(agent.agentId)).toBe(3n * USDC)
  })
})

describe('GET /api/v1/balance/entries', () => {
  test('reads every entry once, newest first, and they add up to the balance', async () => {
    const agent = await funded(5n * USDC)
    const { charge_id } = await charged(agent, 2, 'first')
    await refund(charge_id, { cookie: owner.cookie })
    for (const amount of [0.5, 0.25, 0.125]) await charged(agent, amount)
    const entries: z.infer<typeof entryAnswer>[] = []
    let cursor = ''
    do {
      const response = await rest('GET', `/api/v1/balance/entries?limit=2${cursor}`, {
        headers: agent.headers,
      })
      const { data, nextCursor } = page.parse(await response.json())
      entries.push(...data)
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`
    } while (cursor !== '')
    expect(entries.map(({ kind, direction, amount_usd }) => [kind, direction, amount_usd])).toEqual([
      ['charge', 'out', '0.125'],
      ['charge', 'out', '0.25'],
      ['charge', 'out', '0.5'],
      ['charge_refund', 'in', '2'],
      ['charge', 'out', '2'],
      ['deposit', 'in', '5'],
    ])
    const sum = entries.reduce(
      (total, { direction, amount_atomic }) =>
        total + BigInt(amount_atomic) * (direction === 'in' ? 1n : -1n),
      0n,
    )
    expect(sum).toBe(await balanceOf(agent.agentId))
    expect(entries[0]?.virtual_balance_usd).toBe('4.125')
    expect(entries[3]?.charge_id).toBe(charge_id)
  })

  test('a cursor of another agent, or of nothing, is invalid_cursor', async () => {
    const [agent, other] = [await funded(USDC), await funded(USDC)]
    const response = await rest('GET', '/api/v1/balance/entries', { headers: other.headers })
    const foreign = page.parse(await response.json()).data[0]?.id
    for (const cursor of [foreign, '0', 'x', '9'.repeat(30)]) {
      const answer = await rest('GET', `/api/v1/balance/entries?cursor=${cursor}`, { headers: agent.headers })
      await expectProblem(answer, 400, 'invalid_cursor')
    }
  })

  test('the CSV holds the same rows for the people of the workspace, and is 404 for others', async () => {
    const agent = await funded(5n * USDC)
    await charged(agent, 2, '=formula')
    const path = `/api/v1/balance/entries.csv?workspaceId=${workspaceId}&agentId=${agent.agentId}`
    const csv = await (await rest('GET', path, { cookie: owner.cookie })).text()
    const [head = '', ...rows] = csv.trim().split('\n')
    const columns = ['kind', 'amount_usdc', 'virtual_balance_usdc', 'reference'].map((name) =>
      head.split(',').indexOf(name),
    )
    expect(rows.map((row) => columns.map((column) => row.split(',')[column]))).toEqual([
      ['charge', '2', '3', "'=formula"],
      ['deposit', '5', '5', ''],
    ])
    const foreign = await createFundedAgent(USDC)
    const of = `/api/v1/balance/entries.csv?workspaceId=${workspaceId}&agentId=${foreign.agentId}`
    await expectProblem(await rest('GET', of, { cookie: owner.cookie }), 404, 'agent_not_found')
  })
})
