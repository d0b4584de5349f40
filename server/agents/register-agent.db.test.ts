import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  agentBalanceView,
  agentMeView,
  agentSelfView,
  jwksView,
  refreshedAgentView,
  registeredAgentView,
  rotatedTokenView,
} from '@/domain/agent-api'
import { agentStatusView } from '@/domain/agent-status'
import { pool } from '@/server/core/db'
import { createTestAgent, createTestWorkspace, type TestAgent } from '@/test/harness/factories'
import { expectProblem, newPerson, newWorkspace, rest, trpc } from '@/test/harness/people'
import { until } from '@/test/harness/until'

async function register(body: unknown = { agent_name: 'Scout', client_info: 'test 1.0' }) {
  const response = await rest('POST', '/api/agents/register', { body, origin: null })
  expect(response.status).toBe(201)
  return registeredAgentView.parse(await response.json())
}

async function refresh(agentId: string, token: string): Promise<string> {
  const response = await rest('POST', '/api/agents/refresh', { body: { agent_id: agentId, token } })
  expect(response.status).toBe(200)
  return refreshedAgentView.parse(await response.json()).jwt
}

const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } })
const me = (secret: string) => rest('GET', '/api/v1/agents/me', bearer(secret))

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

describe('refreshing', () => {
  test('answers an ES256 JWT of 15 minutes whose kid stands in the JWKS', async () => {
    const { agent_id, token } = await register()
    const jwt = await refresh(agent_id, token)
    const { kid, alg } = decodeProtectedHeader(jwt)
    const { iat = 0, exp = 0, iss, ...claims } = decodeJwt(jwt)
    expect({ alg, seconds: exp - iat, iss, agentId: claims.agent_id }).toEqual({
      alg: 'ES256',
      seconds: 900,
      iss: 'http://localhost:3000',
      agentId: agent_id,
    })
    const answer = await rest('GET', '/.well-known/jwks.json')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    const { keys } = jwksView.parse(await answer.json())
    expect(keys.map((key) => key.kid)).toContain(kid)
    expect(keys.every((key) => !('d' in key))).toBe(true)
  })

  test('with the token of another agent, or none, is 401', async () => {
    const [one, two] = [await register(), await register()]
    for (const token of [two.token, 'bsr_', 'x', `${one.token}a`]) {
      const refused = await rest('POST', '/api/agents/refresh', { body: { agent_id: one.agent_id, token } })
      await expectProblem(refused, 401, 'unauthenticated')
    }
  })

  test('of a deleted agent is 404 agent_not_found, and so is its JWT', async () => {
    const { agent_id, token } = await register()
    const jwt = await refresh(agent_id, token)
    await pool().query('update agents set deleted_at = now() where id = $1', [agent_id])
    const refused = await rest('POST', '/api/agents/refresh', { body: { agent_id, token } })
    await expectProblem(refused, 404, 'agent_not_found')
    await expectProblem(await me(jwt), 404, 'agent_not_found')
    await expectProblem(await me(token), 401, 'unauthenticated')
  })
})

describe('a JWT that is not ours', () => {
  let agentId = ''
  let tokenId = ''
  let kid = ''
  beforeAll(async () => {
    const agent = await register()
    agentId = agent.agent_id
    const claims = decodeJwt(agent.jwt)
    tokenId = z.string().parse(claims.tid)
    kid = z.string().parse(decodeProtectedHeader(agent.jwt).kid)
  })
  const claimsOf = () => ({ agent_id: agentId, tid: tokenId })
  const sign = async (
    header: { kid?: string; typ?: string },
    issuer = 'http://localhost:3000',
    lifetime = '15m',
  ) => {
    const { privateKey } = await generateKeyPair('ES256')
    return new SignJWT(claimsOf())
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header })
      .setIssuer(issuer)
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .sign(privateKey)
  }

  test.each<[string, () => Promise<string> | string]>([
    [
      'without a signature (alg none)',
      () =>
        new UnsecuredJWT(claimsOf())
          .setIssuer('http://localhost:3000')
          .setIssuedAt()
          .setExpirationTime('15m')
          .encode(),
    ],
    ['signed by another key under our kid', () => sign({ kid })],
    ['of a kid that nobody knows', () => sign({ kid: 'somebody-elses' })],
    ['without a kid', () => sign({})],
    [
      'signed with our public key as an HMAC secret',
      async () => {
        const { keys } = jwksView.parse(await (await rest('GET', '/.well-known/jwks.json')).json())
        return new SignJWT(claimsOf())
          .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid })
          .setIssuer('http://localhost:3000')
          .setIssuedAt()
          .setExpirationTime('15m')
          .sign(new TextEncoder().encode(JSON.stringify(keys[0])))
      },
    ],
  ])('%s is 401', async (_, make) => {
    await expectProblem(await me(await make()), 401, 'unauthenticated')
  })

  test('one of ours with a changed claim is 401', async () => {
    const [one, two] = [await register(), await register()]
    const [header, , signature] = one.jwt.split('.')
    const [, payload] = two.jwt.split('.')
    await expectProblem(await me(`${header}.${payload}.${signature}`), 401, 'unauthenticated')
  })

  describe('though signed by a key of ours', () => {
    const signWith = async (build: (jwt: SignJWT) => SignJWT, typ = 'JWT') => {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
      const ownKid = `test-${Math.random()}`
      await pool().query(
        `insert into jwt_keys (kid, algorithm, public_jwk, sealed_private_jwk, retired_at) values ($1, 'ES256', $2, 'x', now())`,
        [ownKid, JSON.stringify({ ...(await exportJWK(publicKey)), kid: ownKid })],
      )
      const jwt = await build(
        new SignJWT(claimsOf()).setProtectedHeader({ alg: 'ES256', typ, kid: ownKid }),
      ).sign(privateKey)
      // A kid that is new to this process is looked for again at most every two seconds.
      return jwt
    }
    const good = (jwt: SignJWT) =>
      jwt.setIssuer('http://localhost:3000').setIssuedAt().setExpirationTime('15m')

    test('a key that another process published is found, and then wrong issuer, time, age or type are refused', async () => {
      const jwt = await signWith(good)
      await until('the published key is known', async () => (await me(jwt)).status === 200)
      const past = Math.floor(Date.now() / 1000)
      const refused = [
        await signWith((jwt) => good(jwt).setIssuer('http://evil.example')),
        await signWith((jwt) =>
          good(jwt)
            .setIssuedAt(past - 1200)
            .setExpirationTime(past - 60),
        ),
        await signWith((jwt) =>
          good(jwt)
            .setIssuedAt(past - 3600)
            .setExpirationTime(past + 60),
        ),
        await signWith((jwt) => good(jwt).setIssuedAt(past + 600)),
        await signWith((jwt) => jwt.setIssuer('http://localhost:3000').setIssuedAt()),
        await signWith(good, 'agent-vc'),
      ]
      const last = await signWith(good)
      await until('the last key is known', async () => (await me(last)).status === 200)
      for (const jwt of refused) await expectProblem(await me(jwt), 401, 'unauthenticated')
    }, 60_000)
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

  test.each(['?network=base', '?network=moon', '?txLimit=many', '?page=2'])('%s is 400', async (search) => {
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
