import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { jwksView } from '@/domain/agent-api'
import { pool } from '@/server/core/db'
import { expectProblem, rest } from '@/test/harness/people'
import { me, refresh, register } from '@/test/harness/registered-agent'
import { until } from '@/test/harness/until'

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
