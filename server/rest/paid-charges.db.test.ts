import { expect, test } from 'vitest'
import type { PricedApiView, RevenueDayView } from '@/domain/priced-api'
import { refundUnservedCharges } from '@/server/balance'
import { pool } from '@/server/core/db'
import { openPaidCalls, PRICE } from '@/test/harness/paid-calls'
import { expectProblem, trpc } from '@/test/harness/people'
import { until } from '@/test/harness/until'
import { startUpstream } from '@/test/harness/upstream'

const { balance, call, fund, owner, registerApi, upstream, workspaceId } = await openPaidCalls()

test.each([200, 201, 204, 400, 403, 404, 409, 422])(
  'status %i is an answer: it is passed on and paid for',
  async (code) => {
    await fund()
    const response = await call('GET', `/status?code=${code}`)
    expect(response.status).toBe(code)
    expect(await balance()).toBe(1_000_000n - PRICE)
  },
)

test.each([
  ...[301, 304, 401, 402, 407, 408, 429, 500, 503].map((code) => `/status?code=${code}`),
  `/redirect?to=${encodeURIComponent('http://127.0.0.1:1/')}`,
  '/closes',
  '/breaks-off',
  '/huge',
])('%s is no answer: 502, and the price is given back', async (path) => {
  await fund()
  const problem = await expectProblem(await call('GET', path), 502, 'upstream_failed')
  expect(problem).toMatchObject({ refunded: true, charge_id: expect.any(String) })
  expect(await balance()).toBe(1_000_000n)
  expect(upstream.calls).toHaveLength(1)
})

test.each(['/slow', '/stalls'])('%s is cut off after its time, and the price is given back', async (path) => {
  const { slug: api } = await registerApi({ timeoutSeconds: 1 })
  await fund()
  const problem = await expectProblem(await call('GET', path, { api }), 502, 'upstream_failed')
  expect(problem).toMatchObject({ refunded: true, detail: expect.stringContaining('in time') })
  expect(await balance()).toBe(1_000_000n)
})

test('an upstream where nobody listens is 502, and the price is given back', async () => {
  const gone = await startUpstream()
  const { slug: api } = await registerApi({ upstreamUrl: gone.origin })
  await gone.stop()
  await fund()
  await expectProblem(await call('GET', '/', { api }), 502, 'upstream_failed')
  expect(await balance()).toBe(1_000_000n)
})

test('without enough balance the answer is 402, and the upstream is not called', async () => {
  await fund(PRICE - 1n)
  await expectProblem(await call('GET', '/'), 402, 'payment_required')
  expect(upstream.calls).toEqual([])
  expect(await balance()).toBe(PRICE - 1n)
})

test('thirty calls at once with balance for twenty: twenty are served and paid for', async () => {
  await fund(PRICE * 20n)
  const responses = await Promise.all(Array.from({ length: 30 }, (_, index) => call('GET', `/${index}`)))
  const statuses = responses.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array(20).fill(200), ...Array(10).fill(402)])
  expect(await balance()).toBe(0n)
  expect(upstream.calls).toHaveLength(20)
})

test('under one Idempotency-Key a call is paid for and forwarded once, and one that failed gives the key back', async () => {
  await fund()
  const headers = { 'idempotency-key': 'one' }
  const responses = await Promise.all(Array.from({ length: 5 }, () => call('GET', '/once', { headers })))
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  await expectProblem(await call('GET', '/other', { headers }), 409, 'idempotency_conflict')
  expect(upstream.calls).toHaveLength(1)
  expect(await balance()).toBe(1_000_000n - PRICE)
  const again = { headers: { 'idempotency-key': 'two' } }
  expect((await call('GET', '/status?code=500', again)).status).toBe(502)
  expect((await call('GET', '/', again)).status).toBe(200)
  expect(await balance()).toBe(1_000_000n - 2n * PRICE)
})

test('revenue, calls, failures and speed are those of the calls, per API and per day', async () => {
  const api = await registerApi()
  await fund()
  for (const path of ['/', '/status?code=404', '/status?code=500', '/closes']) {
    await call('GET', path, { api: api.slug })
  }
  const list = await trpc('query', 'pricedApis.list', { cookie: owner.cookie, input: { workspaceId } })
  const mine = (list.data as PricedApiView[]).find(({ id }) => id === api.id)
  expect(mine).toMatchObject({ calls: 4, failures: 2, revenueMicroUsdc: (PRICE * 2n).toString() })
  expect(mine?.p50Milliseconds).toBeGreaterThanOrEqual(0)
  const revenue = await trpc('query', 'pricedApis.revenue', {
    cookie: owner.cookie,
    input: { workspaceId, id: api.id },
  })
  const days = revenue.data as RevenueDayView[]
  expect(days).toHaveLength(30)
  expect(days.at(-1)).toEqual({
    day: new Date().toISOString().slice(0, 10),
    revenueMicroUsdc: (PRICE * 2n).toString(),
    calls: 4,
    failures: 2,
  })
  expect(days.slice(0, -1).every(({ calls }) => calls === 0)).toBe(true)
})

test('a call that is still waiting is charged, and served when the upstream answers', async () => {
  await fund()
  const waiting = call('GET', '/slow')
  await until('the upstream is asked', () => upstream.calls.length === 1)
  expect(await balance()).toBe(1_000_000n - PRICE)
  upstream.release()
  expect(await (await waiting).text()).toBe('late')
  expect(await balance()).toBe(1_000_000n - PRICE)
})

test('a call that never finishes is given back by the worker, and its late answer is not passed on', async () => {
  const api = await registerApi()
  await fund()
  const waiting = call('GET', '/slow', { api: api.slug })
  await until('the upstream is asked', () => upstream.calls.length === 1)
  await refundUnservedCharges()
  expect(await balance()).toBe(1_000_000n - PRICE)
  await pool().query("update charges set serving_until = now() - interval '1 second' where api_id = $1", [
    api.id,
  ])
  await refundUnservedCharges()
  expect(await balance()).toBe(1_000_000n)
  const list = await trpc('query', 'pricedApis.list', { cookie: owner.cookie, input: { workspaceId } })
  const mine = (list.data as PricedApiView[]).find(({ id }) => id === api.id)
  expect(mine).toMatchObject({ calls: 1, failures: 1, revenueMicroUsdc: '0' })
  upstream.release()
  const problem = await expectProblem(await waiting, 502, 'upstream_failed')
  expect(problem).toMatchObject({ refunded: true })
  expect(await balance()).toBe(1_000_000n)
})
