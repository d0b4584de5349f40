import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PricedApiView, RevenueDayView } from '@/domain/priced-api'
import { refundUnservedCharges } from '@/server/balance'
import { pool } from '@/server/core/db'
import { balanceOf, creditAgent } from '@/test/harness/balance'
import { createTestAgent, type TestAgent } from '@/test/harness/factories'
import { expectProblem, newPerson, newWorkspace, rest, type TestPerson, trpc } from '@/test/harness/people'
import { until } from '@/test/harness/until'
import { startUpstream, type Upstream } from '@/test/harness/upstream'

const PRICE = 1_500n

let owner: TestPerson
let workspaceId: string
let upstream: Upstream
let agent: TestAgent
let slug: string

beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  upstream = await startUpstream()
  slug = (await registerApi()).slug
})
beforeEach(async () => {
  agent = await createTestAgent({ workspaceId })
  upstream.calls.length = 0
})
afterAll(() => upstream.stop())

async function registerApi(over: Record<string, unknown> = {}): Promise<PricedApiView> {
  const input = {
    workspaceId,
    slug: `api-${randomUUID().slice(0, 8)}`,
    name: 'An API',
    upstreamUrl: upstream.origin,
    priceMicroUsdc: PRICE.toString(),
    timeoutSeconds: 5,
    secretHeader: null,
    ...over,
  }
  const { data, message } = await trpc('mutation', 'pricedApis.create', { cookie: owner.cookie, input })
  expect(message).toBeNull()
  return data as PricedApiView
}

const fund = (amount = 1_000_000n) => creditAgent(agent.agentId, amount)
const balance = () => balanceOf(agent.agentId)

const call = (
  method: string,
  path: string,
  {
    body,
    headers,
    api = slug,
    as = agent,
  }: { body?: unknown; headers?: Record<string, string>; api?: string; as?: TestAgent } = {},
) =>
  rest(method, `/api/v1/paid/${api}${path}`, { origin: null, body, headers: { ...as.headers, ...headers } })

test('a call is charged, forwarded with method, path, query and body, and answered', async () => {
  await fund()
  const response = await call('POST', '/v1/things?a=1&b=%20x&a=2', {
    body: '{"n":1}',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ method: 'POST', url: '/v1/things?a=1&b=%20x&a=2', body: '{"n":1}' })
  expect(await balance()).toBe(1_000_000n - PRICE)
  const [received] = upstream.calls
  expect(received?.headers).toMatchObject({
    accept: 'application/json',
    'content-type': 'application/json',
    'bursar-agent': agent.agentId,
    'bursar-charge': response.headers.get('bursar-charge-id'),
  })
})

test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('%s reaches the upstream as it is', async (method) => {
  await fund()
  expect((await call(method, '/x')).status).toBe(200)
  expect(upstream.calls).toMatchObject([{ method, url: '/x' }])
})

test('the registered path stands before the one of the call, and a bare slug calls it alone', async () => {
  const { slug: api } = await registerApi({ upstreamUrl: `${upstream.origin}/base/` })
  await fund()
  for (const path of ['', '/', '/a/b%2Fc?q']) expect((await call('GET', path, { api })).status).toBe(200)
  expect(upstream.calls.map(({ url }) => url)).toEqual(['/base/', '/base/', '/base/a/b%2Fc?q'])
})

test('the secret header goes to the upstream, and no member, answer or audit row ever shows its value', async () => {
  const value = 'Bearer the-secret-of-the-upstream'
  const { slug: api } = await registerApi({ secretHeader: { name: 'Authorization', value } })
  await fund()
  await call('GET', '/', { api })
  expect(upstream.calls[0]?.headers.authorization).toBe(value)
  const list = await trpc('query', 'pricedApis.list', { cookie: owner.cookie, input: { workspaceId } })
  const { rows } = await pool().query(
    'select (select jsonb_agg(a) from priced_apis a) as apis, (select jsonb_agg(l) from audit_log l) as acts',
  )
  expect(JSON.stringify(list.data)).toContain('"secretHeaderName":"Authorization"')
  expect(JSON.stringify([list.data, rows])).not.toContain('the-secret-of-the-upstream')
})

test('credentials, cookies, payments and forwarding headers of the agent never reach the upstream', async () => {
  await fund()
  await call('GET', '/', {
    headers: {
      cookie: 'bursar_session=x',
      'proxy-authorization': 'Basic x',
      'x-payment': 'x',
      'x-forwarded-for': '10.0.0.1',
      'x-custom': 'x',
      'bursar-agent': 'agt_forged',
      range: 'bytes=0-1',
    },
  })
  const [{ headers } = { headers: {} }] = upstream.calls
  expect(headers).toMatchObject({ 'bursar-agent': agent.agentId, range: 'bytes=0-1' })
  expect(Object.keys(headers).sort()).toEqual([
    'accept-encoding',
    'bursar-agent',
    'bursar-charge',
    'connection',
    'host',
    'range',
    'user-agent',
  ])
})

test('an answer cannot act on our origin: cookies and policies of the upstream are dropped, its page is sandboxed', async () => {
  await fund()
  const response = await call('GET', '/page')
  expect(await response.text()).toBe('<script>alert(1)</script>')
  expect(response.headers.get('content-type')).toBe('text/html')
  expect(response.headers.get('etag')).toBe('"v1"')
  expect(response.headers.get('content-security-policy')).toContain("sandbox; default-src 'none'")
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  for (const name of [
    'set-cookie',
    'access-control-allow-origin',
    'clear-site-data',
    'x-accel-redirect',
    'payment-required',
    'www-authenticate',
    'x-secret-hop',
    'connection',
  ]) {
    expect({ name, value: response.headers.get(name) }).toEqual({ name, value: null })
  }
})

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

test('a chunked answer is passed on whole', async () => {
  await fund()
  expect(await (await call('GET', '/chunked')).text()).toBe('one two three')
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

test('an unknown, a switched off and a removed API are the same 404, and cost nothing', async () => {
  const { slug: api, id } = await registerApi()
  await fund()
  const answers = [await call('GET', '/', { api: 'never-there' }), await call('GET', '/', { api: 'NEVER' })]
  const input = { workspaceId, id }
  await trpc('mutation', 'pricedApis.setActive', {
    cookie: owner.cookie,
    input: { ...input, isActive: false },
  })
  answers.push(await call('GET', '/', { api }))
  await trpc('mutation', 'pricedApis.setActive', {
    cookie: owner.cookie,
    input: { ...input, isActive: true },
  })
  expect((await call('GET', '/', { api })).status).toBe(200)
  await trpc('mutation', 'pricedApis.remove', { cookie: owner.cookie, input: { ...input, confirmSlug: api } })
  answers.push(await call('GET', '/', { api }))
  const details = await Promise.all(
    answers.map(async (answer) => (await expectProblem(answer, 404, 'not_found')).detail),
  )
  expect(new Set(details).size).toBe(1)
  expect(await balance()).toBe(1_000_000n - PRICE)
})

test('nobody calls without a live token, and an agent without a workspace is refused', async () => {
  await fund()
  await expectProblem(await rest('GET', `/api/v1/paid/${slug}/`), 401, 'unauthenticated')
  await pool().query('update agents set workspace_id = null, linked_at = null where id = $1', [agent.agentId])
  await expectProblem(await call('GET', '/'), 403, 'agent_not_linked')
  await pool().query('update agent_tokens set revoked_at = now() where agent_id = $1', [agent.agentId])
  await expectProblem(await call('GET', '/'), 401, 'unauthenticated')
  expect(upstream.calls).toEqual([])
})

test.each([
  '/..%2f..%2fadmin',
  '/%2e%2e%2fadmin',
  '/%252e%252e/admin',
  '/a/..;/admin',
  '/..%5cadmin',
  '/%c0%ae%c0%ae/',
])(
  'the path %s, which could leave what was registered, is refused before anything is charged',
  async (path) => {
    await fund()
    await expectProblem(await call('GET', path), 400, 'invalid_request')
    expect(upstream.calls).toEqual([])
    expect(await balance()).toBe(1_000_000n)
  },
)

test('a body over 64 KiB is refused before anything is charged', async () => {
  await fund()
  await expectProblem(await call('POST', '/', { body: 'x'.repeat(64 * 1024 + 1) }), 413, 'body_too_large')
  expect(await balance()).toBe(1_000_000n)
  expect((await call('POST', '/', { body: 'x'.repeat(64 * 1024) })).status).toBe(200)
})

test('a method that HTTP APIs do not have is refused', async () => {
  await fund()
  await expectProblem(await call('OPTIONS', '/'), 405, 'method_not_allowed')
  expect(await balance()).toBe(1_000_000n)
})

test('an upstream that turned private after it was saved is not called', async () => {
  const { slug: api, id } = await registerApi()
  await pool().query(`update priced_apis set upstream_url = 'https://169.254.169.254/' where id = $1`, [id])
  await fund()
  await expectProblem(await call('GET', '/', { api }), 502, 'upstream_failed')
  expect(await balance()).toBe(1_000_000n)
})

test('a secret sealed under a former SESSION_SECRET is never sent, and the call costs nothing', async () => {
  const [first, second] = await Promise.all(
    ['a', 'b'].map((value) => registerApi({ secretHeader: { name: 'X-Api-Key', value } })),
  )
  // The value of another row opens no more than one under another secret.
  await pool().query(
    `update priced_apis set sealed_secret_header_value = (select sealed_secret_header_value from priced_apis where id = $2) where id = $1`,
    [first?.id, second?.id],
  )
  await fund()
  const problem = await expectProblem(
    await call('GET', '/', { api: first?.slug ?? '' }),
    502,
    'upstream_failed',
  )
  expect(problem.detail).toContain('Nothing was charged')
  expect(upstream.calls).toEqual([])
  expect(await balance()).toBe(1_000_000n)
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
