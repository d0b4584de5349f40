import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem, newPerson, ORIGIN, type TestPerson } from '@/test/harness/people'
import { createRestListener } from './create-listener'

const server = createServer(createRestListener())
let person: TestPerson
let url = ''

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  person = await newPerson()
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const post = (path: string, body: BodyInit | null, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { origin: ORIGIN, cookie: person.cookie, 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  } as RequestInit)
const workspace = (slug: string) => JSON.stringify({ slug, name: 'Zoë', roles: ['CONSUMER'] })

test('a text leaves with its length in bytes and every header of the answer', async () => {
  const response = await post('/api/v1/workspaces', workspace('over-a-socket'))
  expect(response.status).toBe(201)
  const text = await response.text()
  expect(JSON.parse(text)).toMatchObject({ name: 'Zoë' })
  expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('request-id')).toMatch(/^req_[\w-]{16}$/)
  expect(response.headers.get('ratelimit')).toContain('"money";r=')
})

test('HEAD answers as GET without a body', async () => {
  const response = await fetch(`${url}/api/v1/config`, { method: 'HEAD' })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await response.text()).toBe('')
})

test('each cookie is a header of its own', async () => {
  const leaving = await newPerson()
  const response = await post('/api/auth/logout', null, { cookie: leaving.cookie })
  expect(response.ok).toBe(true)
  expect(response.headers.getSetCookie().length).toBeGreaterThan(1)
})

test('a body that is no UTF-8 is refused, and the next one is read', async () => {
  await expectProblem(await post('/api/v1/workspaces', new Uint8Array([0x22, 0xc3])), 400, 'invalid_json')
  const { cookie } = await newPerson()
  expect((await post('/api/v1/workspaces', workspace('after-a-broken-one'), { cookie })).status).toBe(201)
})

test('a body is at most 64 KiB, declared or in chunks', async () => {
  const large = ' '.repeat(65_537)
  await expectProblem(await post('/api/v1/workspaces', large), 413, 'body_too_large')
  const inChunks = () => new Blob([large]).stream()
  await expectProblem(await post('/api/v1/workspaces', inChunks()), 413, 'body_too_large')
  // One character of the name has two bytes.
  const fitting = workspace('just-fits').padEnd(65_535)
  const [{ cookie }, { cookie: another }] = [await newPerson(), await newPerson()]
  expect((await post('/api/v1/workspaces', fitting, { cookie })).status).toBe(201)
  const small = new Blob([workspace('in-chunks')]).stream()
  expect((await post('/api/v1/workspaces', small, { cookie: another })).status).toBe(201)
})

test('a body that breaks off changes nothing', async () => {
  const { cookie } = await newPerson()
  const broken = request(`${url}/api/v1/workspaces`, {
    method: 'POST',
    headers: { origin: ORIGIN, cookie, 'content-type': 'application/json', 'content-length': 200 },
  })
  const ended = new Promise((resolve) => broken.once('error', resolve))
  broken.write(workspace('breaks-off'), () => broken.destroy())
  await ended
  expect((await post('/api/v1/workspaces', workspace('breaks-off'), { cookie })).status).toBe(201)
})
