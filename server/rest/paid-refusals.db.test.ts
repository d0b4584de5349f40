import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { openPaidCalls, PRICE } from '@/test/harness/paid-calls'
import { expectProblem, rest, trpc } from '@/test/harness/people'
import { until } from '@/test/harness/until'

const { agentId, balance, call, fund, owner, registerApi, slug, upstream, workspaceId } =
  await openPaidCalls()

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
  await pool().query('update agents set workspace_id = null, linked_at = null where id = $1', [agentId()])
  await expectProblem(await call('GET', '/'), 403, 'agent_not_linked')
  await pool().query('update agent_tokens set revoked_at = now() where agent_id = $1', [agentId()])
  // Who calls may be remembered for a second.
  await until('the revoked token is refused', async () => (await call('GET', '/')).status === 401)
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
