import { createSiweMessage } from 'viem/siwe'
import { beforeAll, describe, expect, test } from 'vitest'
import { meView, nonceView, signedInView } from '@/domain/people'
import { pool } from '@/server/core/db'
import {
  cookieOf,
  expectProblem,
  getNonce,
  messageFor,
  newAccount,
  newPerson,
  newWorkspace,
  ORIGIN,
  rest,
  signIn,
  verify,
} from '@/test/harness/people'

const account = newAccount()

async function sessionsOf(address: string): Promise<number> {
  const { rows } = await pool().query<{ count: bigint }>(
    'select count(*) from auth_sessions where address = $1',
    [address.toLowerCase()],
  )
  return Number(rows[0]?.count)
}

async function isNonceLive(nonce: string): Promise<boolean> {
  const { rowCount } = await pool().query('select 1 from siwe_nonces where nonce = $1', [nonce])
  return rowCount === 1
}

/** Signs the given text and sends it. */
async function signAndVerify(message: string, by = account): Promise<Response> {
  return verify(message, await by.signMessage({ message }))
}

test('a nonce is published as documented and lives five minutes', async () => {
  const response = await rest('POST', '/api/auth/nonce')
  const { expiresAt } = nonceView.parse(await response.json())
  const seconds = (new Date(expiresAt).getTime() - Date.now()) / 1000
  expect(seconds).toBeGreaterThan(290)
  expect(seconds).toBeLessThanOrEqual(301)
})

test('signing in answers address and workspaces and sets a cookie that scripts cannot read', async () => {
  const response = await signAndVerify(messageFor(account, await getNonce()))
  expect(response.status).toBe(200)
  expect(signedInView.parse(await response.json())).toEqual({ address: account.address, workspaces: [] })
  const cookie = response.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^bursar_session=/)
  expect(cookie).toContain('HttpOnly')
  expect(cookie).toContain('SameSite=Lax')
  expect(cookie).toContain('Path=/')
  expect(cookie).toContain('Max-Age=43200')
  expect(cookie).not.toContain('Secure')
  const me = await rest('GET', '/api/v1/me', { cookie: cookieOf(response) })
  expect(meView.parse(await me.json()).address).toBe(account.address)
})

test('the database keeps only a hash of what the cookie holds', async () => {
  const cookie = await signIn(account)
  const { rows } = await pool().query<{ token_hash: Buffer }>('select token_hash from auth_sessions')
  expect(rows.every((row) => row.token_hash.length === 32)).toBe(true)
  expect(rows.some((row) => cookie.includes(row.token_hash.toString('base64url')))).toBe(false)
})

describe('a message that is not for this console, chain or time signs nobody in', () => {
  let nonce = ''
  beforeAll(async () => {
    nonce = await getNonce()
  })
  const minutes = (count: number) => new Date(Date.now() + count * 60_000)

  test.each([
    ['another domain', { domain: 'evil.example' }, 'siwe_domain'],
    ['the right host on another port', { domain: 'localhost:3001' }, 'siwe_domain'],
    ['a subdomain', { domain: 'a.localhost:3000' }, 'siwe_domain'],
    ['the uri of another site', { uri: 'https://evil.example' }, 'siwe_domain'],
    ['domain and uri of two different entries', { uri: 'http://127.0.0.1:3000' }, 'siwe_domain'],
    ['another scheme', { scheme: 'https' }, 'siwe_domain'],
    ['mainnet', { chainId: 1 }, 'siwe_chain'],
    ['Base, on a local console', { chainId: 8453 }, 'siwe_chain'],
    ['a time that has passed', { expirationTime: minutes(-1) }, 'siwe_expired'],
    ['a time that has not come', { notBefore: minutes(2) }, 'siwe_expired'],
    ['an old issue', { issuedAt: minutes(-11) }, 'siwe_expired'],
    ['an issue in the future', { issuedAt: minutes(6) }, 'siwe_expired'],
    ['a nonce nobody issued', { nonce: 'abcdefgh12345678' }, 'siwe_nonce'],
  ] as const)('%s', async (_, parts, code) => {
    await expectProblem(await signAndVerify(messageFor(account, nonce, parts)), 401, code)
  })

  test('and the nonce is still good after all of them', async () => {
    expect((await signAndVerify(messageFor(account, nonce))).status).toBe(200)
  })
})

test('while the chain does not answer, a signature that no key made is 503, as it may be a smart wallet’s, and the nonce stays', async () => {
  const nonce = await getNonce()
  const message = messageFor(account, nonce)
  const refused = await verify(message, await newAccount().signMessage({ message }))
  await expectProblem(refused, 503, 'dependency_unavailable')
  expect(await isNonceLive(nonce)).toBe(true)
  expect((await signAndVerify(message)).status).toBe(200)
  expect(await isNonceLive(nonce)).toBe(false)
})

test('a message signs in once', async () => {
  const message = messageFor(account, await getNonce())
  const signature = await account.signMessage({ message })
  expect((await verify(message, signature)).status).toBe(200)
  await expectProblem(await verify(message, signature), 401, 'siwe_nonce')
})

test('an expired nonce is gone', async () => {
  const nonce = await getNonce()
  await pool().query(`update siwe_nonces set expires_at = now() - interval '1 second' where nonce = $1`, [
    nonce,
  ])
  await expectProblem(await signAndVerify(messageFor(account, nonce)), 401, 'siwe_nonce')
})

test('1,000 parallel uses of one message open exactly one session', async () => {
  const person = newAccount()
  const message = messageFor(person, await getNonce())
  const signature = await person.signMessage({ message })
  const answers = await Promise.all(Array.from({ length: 1000 }, () => verify(message, signature)))
  const statuses = answers.map((answer) => answer.status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(statuses.filter((status) => status === 401)).toHaveLength(999)
  expect(await sessionsOf(person.address)).toBe(1)
})

describe('what only looks like a sign-in message is 400', () => {
  test.each<[string, (nonce: string) => string]>([
    [
      'fields quoted in the statement, none after it',
      (nonce) =>
        messageFor(account, nonce)
          .replace('Sign in to Bursar.', `URI: ${ORIGIN}`)
          .split('\n')
          .slice(0, 5)
          .join('\n'),
    ],
    [
      'the nonce in another field',
      (nonce) =>
        messageFor(account, 'aaaaaaaaaaaaaaaa', { requestId: nonce }).replace(
          'Nonce: aaaaaaaaaaaaaaaa\n',
          '',
        ),
    ],
    ['text after the end', (nonce) => `${messageFor(account, nonce)}\nAnd more`],
    ['two nonces', (nonce) => messageFor(account, nonce).replace('Nonce: ', `Nonce: ${nonce}\nNonce: `)],
    ['version 2', (nonce) => messageFor(account, nonce).replace('Version: 1', 'Version: 2')],
    ['no issue time', (nonce) => messageFor(account, nonce).replace(/\nIssued At: .*/, '')],
    ['not a message at all', () => 'hello'],
  ])('%s', async (_, build) => {
    const problem = await expectProblem(await signAndVerify(build(await getNonce())), 400, 'invalid_request')
    expect(problem.errors?.[0]?.path).toBe('message')
  })
})

test('a time that is no time is refused', async () => {
  const message = messageFor(account, await getNonce()).replace(/Issued At: .*/, 'Issued At: yesterday')
  await expectProblem(await signAndVerify(message), 401, 'siwe_expired')
})

test('a message without a statement signs in', async () => {
  const message = createSiweMessage({
    address: account.address,
    chainId: 31337,
    domain: 'localhost:3000',
    nonce: await getNonce(),
    uri: `${ORIGIN}/somewhere`,
    version: '1',
  })
  expect((await signAndVerify(message)).status).toBe(200)
})

describe('signing out', () => {
  test('ends the session on the server, and repeating it is the same', async () => {
    const cookie = await signIn(newAccount())
    for (const _ of [1, 2]) {
      const response = await rest('POST', '/api/auth/logout', { cookie })
      expect(response.status).toBe(204)
      expect(response.headers.get('set-cookie')).toContain('Max-Age=0')
    }
    await expectProblem(await rest('GET', '/api/v1/me', { cookie }), 401, 'unauthenticated')
  })

  test('without a cookie is 204 too', async () => {
    expect((await rest('POST', '/api/auth/logout', { body: {} })).status).toBe(204)
  })
})

describe('who is nobody', () => {
  test.each([
    ['no cookie', undefined],
    ['an empty cookie', 'bursar_session='],
    ['a cookie of somebody’s invention', 'bursar_session=Fe26.2*1*x*y*z*1*a*b~2'],
    ['garbage', `bursar_session=${'%'.repeat(200)}`],
    ['a huge one', `bursar_session=${'a'.repeat(5000)}`],
  ])('%s', async (_, cookie) => {
    await expectProblem(await rest('GET', '/api/v1/me', { cookie }), 401, 'unauthenticated')
  })

  test('a cookie beside an Authorization header is ignored', async () => {
    const cookie = await signIn(account)
    const response = await rest('GET', '/api/v1/me', { cookie, headers: { authorization: 'Bearer x' } })
    await expectProblem(response, 401, 'unauthenticated')
  })

  test('a session past its twelve hours', async () => {
    const person = newAccount()
    const cookie = await signIn(person)
    await pool().query(
      `update auth_sessions set created_at = now() - interval '13 hours', expires_at = now() - interval '1 hour' where address = $1`,
      [person.address.toLowerCase()],
    )
    await expectProblem(await rest('GET', '/api/v1/me', { cookie }), 401, 'unauthenticated')
  })
})

test('me names the workspaces with the role in each', async () => {
  const person = await newPerson()
  const { id, slug } = await newWorkspace(person)
  const me = meView.parse(await (await rest('GET', '/api/v1/me', { cookie: person.cookie })).json())
  expect(me.workspaces).toEqual([{ id, slug, name: expect.any(String), role: 'OWNER' }])
  expect(me.isInstanceAdmin).toBe(false)
})

test('signing in again in the same browser ends its former session', async () => {
  const first = await signIn(account)
  const message = messageFor(account, await getNonce())
  await verify(message, await account.signMessage({ message }), { cookie: first })
  await expectProblem(await rest('GET', '/api/v1/me', { cookie: first }), 401, 'unauthenticated')
})
