import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import { pool } from '@/server/core/db'
import { createTestWorkspace, randomAddress } from '@/test/harness/factories'
import { newPerson, newWorkspace, trpc } from '@/test/harness/people'
import { startOnramp } from './start-onramp'

const KEY_ID = 'organizations/test/apiKeys/one'
const { secret, publicKey } = newSecret()
const key = { id: KEY_ID, secret }
const actor = { address: randomAddress(), requestId: 'req_onramp' }

type Call = { method: string | undefined; path: string | undefined; bearer: string; body: unknown }
type Reply = (response: ServerResponse) => void

let calls: Call[] = []
let reply: Reply
const server = createServer((request, response) => {
  keep(request).then(
    () => reply(response),
    () => response.destroy(),
  )
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

beforeEach(() => {
  calls = []
  reply = answers(200, { token: 'one-session', channel_id: '' })
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('a session is asked for the wallet of the workspace alone, in USDC on Base, and is kept in the audit log', async () => {
  const workspace = await createTestWorkspace()
  const started = await startOnramp({ workspaceId: workspace.id, actor, key, apiUrl })
  expect(started).toEqual({ sessionToken: 'one-session' })
  expect(calls).toMatchObject([
    {
      method: 'POST',
      path: '/onramp/v1/token',
      body: {
        addresses: [{ address: checksummed(workspace.walletAddress), blockchains: ['base'] }],
        assets: ['USDC'],
      },
    },
  ])
  expect(await actsOf(workspace.id)).toEqual([
    {
      action: 'wallet.onramp_started',
      actor: actor.address,
      target: workspace.walletAddress,
      details: {},
      request_id: 'req_onramp',
    },
  ])
})

test('the call carries a short-lived JWT that the key signed for this method, host and path', async () => {
  const { id } = await createTestWorkspace()
  await startOnramp({ workspaceId: id, actor, key, apiUrl })
  const { header, claims, isSigned } = readJwt(calls[0]?.bearer ?? '', publicKey)
  expect(header).toMatchObject({
    alg: 'EdDSA',
    typ: 'JWT',
    kid: KEY_ID,
    nonce: expect.stringMatching(/^\w{16,}$/),
  })
  expect(claims).toMatchObject({
    sub: KEY_ID,
    iss: 'cdp',
    uris: [`POST ${new URL(apiUrl).host}/onramp/v1/token`],
  })
  expect(Number(claims.exp) - Number(claims.nbf)).toBeLessThanOrEqual(120)
  expect(isSigned).toBe(true)
})

test.each<[string, Reply]>([
  ['refuses the key', answers(401, { message: 'Unauthorized' })],
  ['is down', answers(503, 'maintenance')],
  ['answers without a token', answers(200, { channel_id: 'none' })],
  ['answers what is not JSON', answers(200, '<html></html>')],
  ['sends elsewhere', (response) => response.writeHead(307, { location: `${apiUrl}/elsewhere` }).end()],
  ['hangs up', (response) => response.destroy()],
])(
  'when Coinbase %s the person reads that nothing was bought, and nothing is written',
  async (_, replies) => {
    const { id } = await createTestWorkspace()
    reply = replies
    const error = await startOnramp({ workspaceId: id, actor, key, apiUrl }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'dependency_unavailable',
      message: expect.stringContaining('Nothing was bought'),
    })
    expect(String(error)).not.toContain(secret)
    expect(calls).toHaveLength(1)
    expect(await actsOf(id)).toEqual([])
  },
)

test('a key that cannot sign calls nobody', async () => {
  const { id } = await createTestWorkspace()
  const broken = { id: KEY_ID, secret: 'no key at all, but long enough to look like one' }
  await expect(startOnramp({ workspaceId: id, actor, key: broken, apiUrl })).rejects.toMatchObject({
    code: 'dependency_unavailable',
  })
  expect(calls).toEqual([])
})

test('an unknown workspace calls nobody', async () => {
  const workspaceId = '7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1'
  await expect(startOnramp({ workspaceId, actor, key, apiUrl })).rejects.toMatchObject({ code: 'not_found' })
  expect(calls).toEqual([])
})

test('where it is not configured the procedure says so to those who may, and calls nobody', async () => {
  const owner = await newPerson()
  const { id } = await newWorkspace(owner)
  const { error } = await trpc('mutation', 'wallet.startOnramp', {
    input: { workspaceId: id },
    cookie: owner.cookie,
  })
  expect(error).toMatchObject({ code: 'feature_disabled', httpStatus: 404 })
  expect((await actsOf(id)).map(({ action }) => action)).not.toContain('wallet.onramp_started')
})

async function keep(request: IncomingMessage) {
  const { method, url: path, headers } = request
  const [scheme, bearer = ''] = headers.authorization?.split(' ') ?? []
  expect(scheme).toBe('Bearer')
  calls.push({ method, path, bearer, body: await json(request) })
}

function answers(status: number, body: unknown): Reply {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(text)
}

async function actsOf(workspaceId: string) {
  const { rows } = await pool().query<{ action: string }>(
    'select action, actor, target, details, request_id from audit_log where workspace_id = $1',
    [workspaceId],
  )
  return rows
}

/** A key as the Coinbase Developer Platform hands it out: seed and public key in one base64 text. */
function newSecret() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' })
  return {
    secret: Buffer.concat([d, x].map((part) => Buffer.from(part, 'base64url'))).toString('base64'),
    publicKey,
  }
}

function readJwt(token: string, signer: KeyObject) {
  const [header = '', claims = '', signature = ''] = token.split('.')
  const read = (part: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(part, 'base64url').toString())
  return {
    header: read(header),
    claims: read(claims),
    isSigned: verify(null, Buffer.from(`${header}.${claims}`), signer, Buffer.from(signature, 'base64url')),
  }
}
