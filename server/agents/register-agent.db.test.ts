import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { agentBalanceView, agentMeView, agentSelfView, rotatedTokenView } from '@/domain/agent-api'
import { agentStatusView } from '@/domain/agent-status'
import { pool } from '@/server/core/db'
import { createTestAgent, createTestWorkspace, type TestAgent } from '@/test/harness/factories'
import { expectProblem, newPerson, newWorkspace, rest, trpc } from '@/test/harness/people'
import { bearer, me, refresh, register } from '@/test/harness/registered-agent'
import { until } from '@/test/harness/until'

describe('registering by name', () => {
  test('answers id, token, JWT, link and code, and belongs to no workspace', async () => {
    const agent = await register()
    expect(agent.token).toMatch(/^bsr_[A-Za-z0-9_-]{43}$/)
    expect(agent.authorizationUrl).toBe(`http://localhost:3000/agents/link/${agent.agent_id}`)
    expect(agent.user_code).toMatch(/^[A-HJKMNP-Z2-9]{6}$/)
    for (const secret of [agent.token, agent.jwt]) {
      const self = agentSelfView.parse(await (await me(secret)).json())
      expect(self).toMatchObject({ agent_id: agent.agent_id, name: 'Scout', workspace_id: null, wallets: [] })
    }
  })

  test('the database keeps a hash of the token', async () => {
    const { token } = await register()
    const { rows } = await pool().query<{ found: boolean }>(
      `select bool_or(t::text like '%' || $1 || '%') as found from agent_tokens t`,
      [token.slice(4)],
    )
    expect(rows[0]?.found).toBe(false)
  })

  test.each([
    ['no name', { client_info: 'x' }],
    ['an empty name', { agent_name: '  ' }],
    ['a long name', { agent_name: 'a'.repeat(81) }],
    ['a name that reverses text', { agent_name: 'a\u202eb' }],
    ['a number for a name', { agent_name: 5 }],
    ['long client information', { agent_name: 'a', client_info: 'a'.repeat(501) }],
    ['an unknown field', { agent_name: 'a', workspaceId: 'x' }],
  ])('%s is 400 and registers nobody', async (_, body) => {
    const before = await pool().query('select count(*) from agents')
    await expectProblem(await rest('POST', '/api/agents/register', { body }), 400, 'invalid_request')
    expect((await pool().query('select count(*) from agents')).rows).toEqual(before.rows)
  })
})

describe('rotating', () => {
  test('answers a new token; the old one and its JWT live on for at most 60 seconds', async () => {
    const { agent_id, token } = await register()
    const jwt = await refresh(agent_id, token)
    const response = await rest('POST', '/api/v1/agents/token/rotate', bearer(token))
    const rotated = rotatedTokenView.parse(await response.json())
    const seconds = (new Date(rotated.previous_expires_at).getTime() - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(61)
    for (const secret of [token, jwt, rotated.token]) expect((await me(secret)).status).toBe(200)
    await pool().query(
      `update agent_tokens set expires_at = expires_at - interval '61 seconds' where agent_id = $1 and expires_at is not null`,
      [agent_id],
    )
    for (const secret of [token, jwt]) {
      await until('the old token is dead', async () => (await me(secret)).status === 401)
    }
    expect((await me(rotated.token)).status).toBe(200)
    await expectProblem(
      await rest('POST', '/api/agents/refresh', { body: { agent_id, token } }),
      401,
      'unauthenticated',
    )
  })

  test('twenty at once leave one token without an end', async () => {
    const { agent_id, token } = await register()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => rest('POST', '/api/v1/agents/token/rotate', bearer(token))),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    const { rows } = await pool().query(
      'select 1 from agent_tokens where agent_id = $1 and expires_at is null',
      [agent_id],
    )
    expect(rows).toHaveLength(1)
  })
})

describe('an agent that a person revoked', () => {
  test('is 401 by token and JWT, and can neither refresh nor rotate', async () => {
    const person = await newPerson()
    const { id: workspaceId } = await newWorkspace(person)
    const { data } = await trpc('mutation', 'agents.create', {
      cookie: person.cookie,
      input: { name: 'Short' },
    })
    const { agentId, token } = z.object({ agentId: z.string(), token: z.string() }).parse(data)
    const jwt = await refresh(agentId, token)
    expect((await me(jwt)).status).toBe(200)
    const revoked = await trpc('mutation', 'agents.revoke', {
      cookie: person.cookie,
      input: { agentId, workspaceId },
    })
    expect(revoked.data).toMatchObject({ status: 'revoked' })
    for (const secret of [token, jwt]) {
      await expectProblem(await me(secret), 401, 'unauthenticated')
      const rotate = await rest('POST', '/api/v1/agents/token/rotate', bearer(secret))
      await expectProblem(rotate, 401, 'unauthenticated')
    }
    const refused = await rest('POST', '/api/agents/refresh', { body: { agent_id: agentId, token } })
    await expectProblem(refused, 401, 'unauthenticated')
  })

  test('behind the back of a process that remembers it, within two seconds', async () => {
    const { agent_id, token } = await register()
    expect((await me(token)).status).toBe(200)
    await pool().query('update agents set revoked_at = now() where id = $1', [agent_id])
    await until('the revocation is seen', async () => (await me(token)).status === 401)
  })
})

describe('a bearer and the routes of people', () => {
  let agent: TestAgent
  let slug = ''
  beforeAll(async () => {
    const workspace = await createTestWorkspace()
    agent = await createTestAgent({ workspaceId: workspace.id })
    slug = workspace.slug
  })

  test('me answers the agent and its workspace; the cookie beside it is ignored', async () => {
    const person = await newPerson()
    const response = await rest('GET', '/api/v1/me', { headers: agent.headers, cookie: person.cookie })
    const own = agentMeView.parse(await response.json())
    expect(own.workspaces).toEqual([{ id: agent.workspaceId, slug, name: 'Test workspace' }])
  })

  test('the ledger of its own workspace is there, with its id or without; a foreign one is 404', async () => {
    for (const path of ['/api/v1/wallet/events', `/api/v1/wallet/events?workspaceId=${agent.workspaceId}`]) {
      expect((await rest('GET', path, { headers: agent.headers })).status).toBe(200)
    }
    const other = await createTestWorkspace()
    for (const path of [
      '/wallet',
      '/wallet/events',
      '/wallet/events.csv',
      '/wallet/deposit-authorizations',
    ]) {
      const foreign = await rest('GET', `/api/v1${path}?workspaceId=${other.id}`, { headers: agent.headers })
      await expectProblem(foreign, 404, 'not_found')
    }
  })

  test('before it is linked it knows itself and the page to link it, and no wallet', async () => {
    const { token, authorizationUrl } = await register()
    const own = agentMeView.parse(await (await rest('GET', '/api/v1/me', bearer(token))).json())
    expect(own).toMatchObject({ workspaces: [], authorizationUrl })
    const problem = await expectProblem(
      await rest('GET', '/api/v1/wallet', bearer(token)),
      403,
      'agent_not_linked',
    )
    expect(problem.authorizationUrl).toBe(authorizationUrl)
  })

  test('it is nobody where only people may go', async () => {
    const person = await newPerson()
    const refused = await rest('GET', '/api/v1/workspaces', { headers: agent.headers, cookie: person.cookie })
    await expectProblem(refused, 401, 'unauthenticated')
  })

  test.each([
    ['Bearer'],
    ['Bearer '],
    ['Basic abc'],
    ['Bearer bsr_short'],
    [`Bearer bsr_${'a'.repeat(43)}`],
    ['Bearer a.b.c'],
  ])('"%s" is nobody', async (authorization) => {
    await expectProblem(
      await rest('GET', '/api/v1/agents/me', { headers: { authorization } }),
      401,
      'unauthenticated',
    )
  })
})

test('the balance is that of the ledger, with the time of its last change', async () => {
  const agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  const read = async () =>
    agentBalanceView.parse(
      await (await rest('GET', '/api/v1/agents/balance', { headers: agent.headers })).json(),
    )
  expect(await read()).toMatchObject({ virtual_balance_usd: '0', virtual_balance_atomic: '0' })
  await pool().query(
    `select ledger_credit_agent($1, ledger_account('receive_address', 'test'), 12500000, 'deposit', 'test:1')`,
    [agent.agentId],
  )
  expect(await read()).toMatchObject({ virtual_balance_usd: '12.5', virtual_balance_atomic: '12500000' })
})

describe('the self status', () => {
  const status = async (secret: string, search = '') =>
    rest('GET', `/api/agent/self/status${search}`, bearer(secret))

  test('says whether the agent is authorised, what it may and can spend, and clamps txLimit', async () => {
    const { token } = await register()
    const unlinked = agentStatusView.parse(await (await status(token)).json())
    expect(unlinked.agent).toMatchObject({ isAuthorized: false, walletAddress: null, name: 'Scout' })
    const agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
    await pool().query('update agents set monthly_limit = 5000000 where id = $1', [agent.agentId])
    const linked = agentStatusView.parse(
      await (await status(agent.token, '?network=local&txLimit=5000')).json(),
    )
    expect(linked.agent.isAuthorized).toBe(true)
    expect(linked.agent.monthly).toMatchObject({
      limit: '5000000',
      remaining: '5000000',
      limitFormatted: '5',
    })
    expect(linked.recentTransactions.limit).toBe(100)
  })

  test('past its end the agent reads on and is not authorised', async () => {
    const agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
    await pool().query(`update agents set expires_at = now() - interval '1 minute' where id = $1`, [
      agent.agentId,
    ])
    const { agent: own } = agentStatusView.parse(await (await status(agent.token)).json())
    expect(own.isAuthorized).toBe(false)
  })

  test.each(['?network=moon', '?txLimit=many', '?page=2'])('%s is 400', async (search) => {
    const { token } = await register()
    await expectProblem(await status(token, search), 400, 'invalid_request')
  })
})

test('the last use is written by itself, once a minute', async () => {
  const agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  const lastUsed = async () => {
    const { rows } = await pool().query<{ at: Date | null }>(
      'select last_used_at as at from agents where id = $1',
      [agent.agentId],
    )
    return rows[0]?.at ?? null
  }
  expect(await lastUsed()).toBeNull()
  await me(agent.token)
  await until('the use is written', lastUsed)
})

test('a verified bearer is counted by itself, an unknown one by its address', async () => {
  const agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  const reads = await me(agent.token)
  expect(reads.headers.get('ratelimit-policy')).toContain('"reads"')
  const change = await rest('POST', '/api/v1/agents/token/rotate', { headers: agent.headers })
  expect(change.headers.get('ratelimit-policy')).toContain('"money"')
  const unknown = await me(`bsr_${'b'.repeat(43)}`)
  expect(unknown.headers.get('ratelimit-policy')).toContain('"anonymous"')
})
