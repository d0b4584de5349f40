import { beforeAll, expect, test } from 'vitest'
import { newPerson, newWorkspace, ORIGIN, requestOf, type TestPerson, trpc } from '@/test/harness/people'
import { procedures } from '@/test/harness/procedures'
import { handleTrpc } from './handler'

let person: TestPerson
let workspaceId: string
beforeAll(async () => {
  person = await newPerson()
  workspaceId = (await newWorkspace(person)).id
})

const rename = (ask: object) =>
  trpc('mutation', 'workspaces.update', {
    cookie: person.cookie,
    input: { workspaceId, name: 'Taken over' },
    ...ask,
  })

async function nameNow(): Promise<string | undefined> {
  const { data } = await trpc('query', 'workspaces.list', { cookie: person.cookie })
  return (data as { name: string }[])[0]?.name
}

test.each([
  ['no Origin', { origin: null }, 'csrf_failed'],
  ['Origin: null, as from a sandboxed frame', { origin: 'null' }, 'csrf_failed'],
  ['another site', { origin: 'https://evil.example' }, 'csrf_failed'],
  ['a subdomain', { origin: 'http://a.localhost:3000' }, 'csrf_failed'],
  ['another port', { origin: 'http://localhost:3001' }, 'csrf_failed'],
  [
    'a form post',
    { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    'unsupported_media_type',
  ],
  ['JSON as text/plain', { headers: { 'content-type': 'text/plain' } }, 'unsupported_media_type'],
  [
    'a multipart form',
    { headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    'unsupported_media_type',
  ],
  ['bytes', { headers: { 'content-type': 'application/octet-stream' } }, 'unsupported_media_type'],
])('a mutation from %s changes nothing', async (_, ask, code) => {
  const before = await nameNow()
  expect((await rename(ask)).error?.code).toBe(code)
  expect(await nameNow()).toBe(before)
})

test('no GET changes anything: every mutation refuses to be one', async () => {
  for (const { path } of procedures.filter(({ type }) => type === 'mutation')) {
    const { error } = await trpc('query', path, {
      cookie: person.cookie,
      input: { workspaceId, name: 'By GET' },
    })
    expect({ path, code: error?.code }).toEqual({ path, code: 'method_not_allowed' })
  }
})

test('a batch of more calls than a page needs is refused, and so are bodies that are too large, deep or twofold', async () => {
  const send = (path: string, body: string) =>
    handleTrpc(requestOf('POST', `/api/trpc/${path}`, { cookie: person.cookie, body }))
  const many = Array.from({ length: 21 }, () => 'workspaces.update').join(',')
  expect((await send(`${many}?batch=1`, '{}')).status).toBe(400)
  expect((await send('workspaces.update', `{"json":"${'x'.repeat(70_000)}"}`)).status).toBe(413)
  expect((await send('workspaces.update', '['.repeat(5_000) + ']'.repeat(5_000))).status).toBe(400)
  expect((await send('workspaces.update', '{"json":{"name":"a","name":"b"}}')).status).toBe(400)
  expect((await send('workspaces.update', '{"json":{"__proto__":{"name":"b"}}}')).status).toBe(400)
  expect((await send('workspaces.update', '{')).status).toBe(400)
})

test('answers carry a request id, quotas and no-store', async () => {
  const response = await handleTrpc(new Request(`${ORIGIN}/api/trpc/config.get`))
  expect(response.status).toBe(200)
  expect(response.headers.get('request-id')).toMatch(/^req_/)
  expect(response.headers.get('ratelimit-policy')).toMatch(/^"anonymous";q=\d+;w=60$/)
  expect(response.headers.get('cache-control')).toBe('no-store')
})
