import { afterAll, beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { balanceOf } from '@/test/harness/balance'
import { openChain } from '@/test/harness/chain'
import { createTestAgent, createTestWorkspace, type TestAgent } from '@/test/harness/factories'
import { startUpstream, type Upstream } from '@/test/harness/upstream'
import { makePayer, payingFetch, startRestServer, startSettling } from '@/test/harness/x402'

const PRICE = 20_000n

const chain = openChain()
let server: Awaited<ReturnType<typeof startRestServer>>
let worker: Awaited<ReturnType<typeof startSettling>>
let upstream: Upstream
let agent: TestAgent
let earner: string

beforeAll(async () => {
  worker = await startSettling()
  server = await startRestServer()
  upstream = await startUpstream()
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  earner = (await createTestWorkspace()).id
  await pool().query(
    `insert into priced_apis (workspace_id, slug, name, upstream_url, price, created_by) values ($1, 'forecast', 'Forecast', $2, $3, 'test')`,
    [earner, upstream.origin, PRICE.toString()],
  )
}, 120_000)
afterAll(async () => {
  await upstream?.stop()
  await server?.stop()
  await worker?.stop()
})

async function revenue(): Promise<bigint> {
  const { rows } = await pool().query<{ sum: bigint }>(
    `select coalesce(sum(balance), 0) as sum from ledger_accounts where kind = 'revenue' and owner = $1`,
    [earner],
  )
  return rows[0]?.sum ?? 0n
}

test('an agent without balance pays by x402 on the same request, and gets what it asked for', async () => {
  const pay = payingFetch(await makePayer(chain), 'exact')
  const response = await pay(`${server.url}/api/v1/paid/forecast/today?city=Rome`, {
    method: 'POST',
    headers: { ...agent.headers, 'content-type': 'text/plain' },
    body: 'hello',
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ method: 'POST', url: '/today?city=Rome', body: 'hello' })
  expect(response.headers.get('payment-response')).toBeTruthy()
  expect(upstream.calls).toHaveLength(1)
  expect(Object.keys(upstream.calls[0]?.headers ?? {}).join()).not.toMatch(/payment|authorization/)
  expect(await revenue()).toBe(PRICE)
  expect(await balanceOf(agent.agentId)).toBe(0n)
}, 90_000)

test('an x402 payment for a call whose upstream fails becomes the agent’s balance', async () => {
  const before = await revenue()
  const pay = payingFetch(await makePayer(chain), 'exact')
  const response = await pay(`${server.url}/api/v1/paid/forecast/status?code=500`, { headers: agent.headers })
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ code: 'upstream_failed', refunded: true })
  expect(await revenue()).toBe(before)
  expect(await balanceOf(agent.agentId)).toBe(PRICE)
}, 90_000)
