import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { refundUnservedCharges } from '@/server/balance'
import { AppError } from '@/server/core/app-error'
import { pool } from '@/server/core/db'
import { balanceOf, createFundedAgent, expectSoundLedger, type FundedAgent } from '@/test/harness/balance'
import { requestOf } from '@/test/harness/people'
import { until } from '@/test/harness/until'
import type { Price } from './collect-payment'
import { withBilling } from './with-billing'

const price: Price = { amount: 10n, reference: 'weather', route: 'weather', fingerprint: 'GET /weather' }

function callOf(agent: FundedAgent, headers: Record<string, string> = {}): Request {
  return requestOf('GET', '/weather', { headers: { ...agent.headers, ...headers } })
}

const servingOf = async (agent: FundedAgent) => {
  const { rows } = await pool().query<{ count: number }>(
    'select count(*)::int as count from charges where agent_id = $1 and serving_until is not null',
    [agent.agentId],
  )
  return rows[0]?.count
}

test('a handler that answers is paid, says by which charge, and stays paid', async () => {
  const agent = await createFundedAgent(100n)
  const priced = withBilling(price)(async () => new Response('sunny', { headers: { 'x-own': '1' } }))
  const response = await priced(callOf(agent))
  expect(await response.text()).toBe('sunny')
  expect(response.headers.get('x-own')).toBe('1')
  expect(response.headers.get('bursar-charge-id')).toMatch(/^[0-9a-f-]{36}$/)
  await until('the charge is marked as served', async () => (await servingOf(agent)) === 0)
  await pool().query(`update charges set created_at = created_at - interval '1 day'`)
  await refundUnservedCharges()
  expect(await balanceOf(agent.agentId)).toBe(90n)
})

test.each([
  ['throws', () => Promise.reject(new Error('boom'))],
  ['throws a known error', () => Promise.reject(new AppError('upstream_failed'))],
  ['answers 503', async () => new Response(null, { status: 503 })],
] as const)('a handler that %s is given back in full, and its key can be used again', async (_, fail) => {
  const agent = await createFundedAgent(100n)
  const headers = { 'idempotency-key': randomUUID() }
  await withBilling(price)(fail)(callOf(agent, headers)).catch(() => null)
  expect(await balanceOf(agent.agentId)).toBe(100n)
  const again = await withBilling(price)(async () => new Response('sunny'))(callOf(agent, headers))
  expect(again.status).toBe(200)
  expect(await balanceOf(agent.agentId)).toBe(90n)
  await expectSoundLedger()
})

test('a 4xx of the handler is an answer that was paid for', async () => {
  const agent = await createFundedAgent(100n)
  const response = await withBilling(price)(async () => new Response(null, { status: 404 }))(callOf(agent))
  expect(response.status).toBe(404)
  expect(await balanceOf(agent.agentId)).toBe(90n)
})

test('without enough balance the handler does not run', async () => {
  const agent = await createFundedAgent(9n)
  const priced = withBilling(price)(() => Promise.reject(new Error('it ran')))
  await expect(priced(callOf(agent))).rejects.toMatchObject({
    code: 'payment_required',
    details: { billing_reason: 'virtual_balance_insufficient' },
  })
  await expect(priced(requestOf('GET', '/weather'))).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a key pays for one call: 100 at once run the handler once, and without a key each call is paid', async () => {
  const agent = await createFundedAgent(1_000n)
  let runs = 0
  const priced = withBilling(price)(async () => {
    runs += 1
    return new Response('sunny')
  })
  const headers = { 'idempotency-key': 'once' }
  const calls = await Promise.allSettled(Array.from({ length: 100 }, () => priced(callOf(agent, headers))))
  expect(runs).toBe(1)
  expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await balanceOf(agent.agentId)).toBe(990n)
  await Promise.all([priced(callOf(agent)), priced(callOf(agent))])
  expect(await balanceOf(agent.agentId)).toBe(970n)
})

test('a call whose process ended before it was served is given back by the worker', async () => {
  const agent = await createFundedAgent(100n)
  const never = new Promise<Response>(() => {})
  void withBilling(price)(() => never)(callOf(agent))
  await until('the call is paid', async () => (await servingOf(agent)) === 1)
  await refundUnservedCharges()
  expect(await balanceOf(agent.agentId)).toBe(90n)
  await pool().query(`update charges set serving_until = now() - interval '1 second' where agent_id = $1`, [
    agent.agentId,
  ])
  await refundUnservedCharges()
  expect(await balanceOf(agent.agentId)).toBe(100n)
  await expectSoundLedger()
})
