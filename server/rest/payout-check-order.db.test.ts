import { createHook } from 'node:async_hooks'
import { beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { createTestAgent, createTestWorkspace, type TestAgent } from '@/test/harness/factories'
import { askPayout, countStored, createPayoutOf, payoutBody, RECIPIENT } from '@/test/harness/payouts'
import { expectProblem } from '@/test/harness/people'
import { bearer, register } from '@/test/harness/registered-agent'

const UNRESOLVED = 'https://name-that-nobody-has.invalid/hook'

/** What no agent is paid for, whoever it is. */
const REFUSED = [
  ['unsupported_network', { network: 'base' }],
  ['unsupported_asset', { assetAddress: RECIPIENT }],
  ['recipient_refused', { toAddress: `0x${'0'.repeat(40)}` }],
  ['target_refused', { webhookUrl: 'https://10.0.0.1/' }],
] as const

let agent: TestAgent
beforeEach(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
})

const change = (sql: string) => pool().query(sql, [agent.agentId])
const END = "update agents set expires_at = now() - interval '1 second' where id = $1"
const KILL = `update workspace_policies set killed_at = now(), killed_by = '0x01'
  where workspace_id = (select workspace_id from agents where id = $1)`
const REVOKE = 'update agent_tokens set revoked_at = now() where agent_id = $1'

describe.each(REFUSED)('a request that would be %s', (code, over) => {
  const body = () => payoutBody(over)

  test('is that to an agent that may pay', async () => {
    await expectProblem(await askPayout(agent, body()), 400, code)
  })

  test('is 403 agent_not_linked with authorizationUrl to an agent of no workspace', async () => {
    const { token, agent_id: agentId } = await register()
    const problem = await expectProblem(await askPayout(bearer(token), body()), 403, 'agent_not_linked')
    expect(problem.authorizationUrl).toBe(`http://localhost:3000/agents/link/${agentId}`)
  })

  test.each([
    ['an agent past its end', END, 403, 'agent_expired'],
    ['a workspace whose payouts are stopped', KILL, 409, 'payouts_killed'],
    ['a token that was revoked elsewhere a moment ago', REVOKE, 401, 'unauthenticated'],
    [
      'an agent that was revoked elsewhere a moment ago',
      'update agents set revoked_at = now() where id = $1',
      401,
      'unauthenticated',
    ],
    [
      'an agent of a workspace deleted a moment ago',
      'update workspaces set deleted_at = now() where id = (select workspace_id from agents where id = $1)',
      401,
      'unauthenticated',
    ],
  ] as const)('is to %s what every request is', async (_, sql, status, answered) => {
    await createPayoutOf(agent)
    await change(sql)
    const before = await countStored()
    await expectProblem(await askPayout(agent, body()), status, answered)
    expect(await countStored()).toEqual(before)
  })

  test.each([
    ['past the end of the agent', END],
    ['while payouts are stopped', KILL],
  ])('is a conflict with the payout that has its id, %s too', async (_, sql) => {
    const { payoutId } = await createPayoutOf(agent)
    await change(sql)
    await expectProblem(await askPayout(agent, { ...body(), payoutId }), 409, 'payout_id_conflict')
  })
})

/** How many names are looked up meanwhile; the database is an address. */
async function countLookUps(act: () => Promise<unknown>): Promise<number> {
  let count = 0
  const hook = createHook({
    init: (_, type) => {
      if (type === 'GETADDRINFOREQWRAP' || type === 'QUERYWRAP') count += 1
    },
  }).enable()
  await act()
  hook.disable()
  return count
}

describe('the name of a webhook', () => {
  test('is looked up for an agent that may pay, and never for one of no workspace', async () => {
    const { token } = await register()
    const ask = (by: Parameters<typeof askPayout>[0]) =>
      countLookUps(() => askPayout(by, payoutBody({ webhookUrl: UNRESOLVED })))
    expect(await ask(agent)).toBeGreaterThan(0)
    expect(await ask(bearer(token))).toBe(0)
  })

  test('may have no address at this moment: the payout is created, and the repeat is the same', async () => {
    const body = payoutBody({ webhookUrl: UNRESOLVED })
    expect((await askPayout(agent, body)).status).toBe(201)
    expect((await askPayout(agent, body)).status).toBe(200)
    const { rows } = await pool().query('select webhook_url from payouts where payout_id = $1', [
      body.payoutId,
    ])
    expect(rows).toEqual([{ webhook_url: UNRESOLVED }])
  })
})
