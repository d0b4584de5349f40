import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { openPaidCalls, PRICE } from '@/test/harness/paid-calls'
import { trpc } from '@/test/harness/people'

const { agentId, balance, call, fund, owner, registerApi, upstream, workspaceId } = await openPaidCalls()

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
    'bursar-agent': agentId(),
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
  expect(headers).toMatchObject({ 'bursar-agent': agentId(), range: 'bytes=0-1' })
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

test('a chunked answer is passed on whole', async () => {
  await fund()
  expect(await (await call('GET', '/chunked')).text()).toBe('one two three')
})
