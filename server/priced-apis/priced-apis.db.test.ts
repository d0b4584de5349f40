import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { MAX_PRICED_APIS, type PricedApiView } from '@/domain/priced-api'
import { pool } from '@/server/core/db'
import { newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

const URL_OF_NOBODY = 'http://127.0.0.1:4149/v1'

let owner: TestPerson
let outsider: TestPerson
let workspaceId: string
let outsideId: string

beforeAll(async () => {
  ;[owner, outsider] = [await newPerson(), await newPerson()]
  workspaceId = (await newWorkspace(owner)).id
  outsideId = (await newWorkspace(outsider)).id
})

const newSlug = () => `api-${randomUUID().slice(0, 8)}`
const ask = (act: string, input: Record<string, unknown>, { cookie } = owner) =>
  trpc(act === 'list' || act === 'revenue' ? 'query' : 'mutation', `pricedApis.${act}`, { cookie, input })

const fields = {
  name: 'An API',
  upstreamUrl: URL_OF_NOBODY,
  priceMicroUsdc: '1500',
  timeoutSeconds: 30,
  secretHeader: null as unknown,
}

async function make(over: Record<string, unknown> = {}): Promise<PricedApiView> {
  const { data, message } = await ask('create', { workspaceId, slug: newSlug(), ...fields, ...over })
  expect(message).toBeNull()
  return data as PricedApiView
}

async function read(id: string): Promise<Record<string, unknown>> {
  const { rows } = await pool().query<Record<string, unknown>>('select * from priced_apis where id = $1', [
    id,
  ])
  return rows[0] ?? {}
}

test('an API is registered, changed, switched off and removed, and each act is in the audit log', async () => {
  const { id, slug } = await make()
  const changed = {
    ...fields,
    name: 'Renamed',
    priceMicroUsdc: '2',
    timeoutSeconds: 60,
    secretHeader: 'keep',
  }
  expect((await ask('update', { workspaceId, id, ...changed })).error).toBeNull()
  expect((await ask('setActive', { workspaceId, id, isActive: false })).error).toBeNull()
  const { data } = await ask('list', { workspaceId })
  expect((data as PricedApiView[]).find((api) => api.id === id)).toMatchObject({
    slug,
    name: 'Renamed',
    priceMicroUsdc: '2',
    timeoutSeconds: 60,
    isActive: false,
    calls: 0,
    failures: 0,
    revenueMicroUsdc: '0',
    p50Milliseconds: null,
  })
  expect((await ask('remove', { workspaceId, id, confirmSlug: 'something else' })).error).toMatchObject({
    code: 'invalid_request',
  })
  expect((await ask('remove', { workspaceId, id, confirmSlug: slug })).error).toBeNull()
  expect((await ask('remove', { workspaceId, id, confirmSlug: slug })).error).toMatchObject({
    code: 'not_found',
  })
  const { rows } = await pool().query<{ action: string }>(
    'select action from audit_log where workspace_id = $1 and target = $2 order by id',
    [workspaceId, id],
  )
  expect(rows.map(({ action }) => action)).toEqual([
    'priced_api.created',
    'priced_api.updated',
    'priced_api.deactivated',
    'priced_api.removed',
  ])
})

test.each([
  'https://10.0.0.1/',
  'https://[fd00::1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://0xa9fea9fe/',
  'https://8.8.8.8:22/',
  'http://192.168.0.1/',
  'https://name-that-nobody-has.invalid/',
])('%s is refused as target_refused, on both doors, and nothing is stored', async (upstreamUrl) => {
  const slug = newSlug()
  const refused = await ask('create', { workspaceId, slug, ...fields, upstreamUrl })
  expect(refused.error).toMatchObject({ code: 'target_refused', httpStatus: 400, param: 'upstreamUrl' })
  const { rowCount } = await pool().query('select 1 from priced_apis where slug = $1', [slug])
  expect(rowCount).toBe(0)
  const { id } = await make()
  const before = await read(id)
  const moved = await ask('update', { workspaceId, id, ...fields, upstreamUrl, secretHeader: 'keep' })
  expect(moved.error).toMatchObject({ code: 'target_refused' })
  expect(await read(id)).toEqual(before)
})

test.each([
  ['upstreamUrl', 'https://user:pass@example.com/'],
  ['upstreamUrl', 'https://example.com/?key=secret'],
  ['upstreamUrl', 'https://example.com/#x'],
  ['upstreamUrl', 'ftp://example.com/'],
  ['upstreamUrl', 'nothing'],
  ['priceMicroUsdc', '0'],
  ['priceMicroUsdc', '-1'],
  ['priceMicroUsdc', '1.5'],
  ['priceMicroUsdc', '1000000001'],
  ['priceMicroUsdc', '1'.repeat(5_000)],
  ['priceMicroUsdc', 1],
  ['timeoutSeconds', 0],
  ['timeoutSeconds', 61],
  ['timeoutSeconds', 1.5],
  ['slug', '-a'],
  ['slug', 'UPPER'],
  ['name', ''],
  ['name', 'a\u0000b'],
  ['secretHeader', { name: 'Host', value: 'x' }],
  ['secretHeader', { name: 'Transfer-Encoding', value: 'x' }],
  ['secretHeader', { name: 'Bursar-Agent', value: 'x' }],
  ['secretHeader', { name: 'a b', value: 'x' }],
  ['secretHeader', { name: 'X-Key', value: 'a\r\nX-Other: b' }],
  ['secretHeader', { name: 'X-Key', value: '' }],
])('%s = %o is refused as invalid_request', async (field, value) => {
  const { error } = await ask('create', { workspaceId, slug: newSlug(), ...fields, [field]: value })
  expect(error).toMatchObject({ code: 'invalid_request', httpStatus: 400 })
})

test('a slug belongs to who used it first, also after its removal; two at once: one wins, one gets CONFLICT', async () => {
  const slug = newSlug()
  const taking = [owner, outsider].map((person, index) =>
    ask('create', { workspaceId: index === 0 ? workspaceId : outsideId, slug, ...fields }, person),
  )
  const answers = await Promise.all(taking)
  expect(answers.map(({ error }) => error?.code ?? 'made').sort()).toEqual(['CONFLICT', 'made'])

  const { id, slug: mine } = await make()
  await ask('remove', { workspaceId, id, confirmSlug: mine })
  const foreign = await ask('create', { workspaceId: outsideId, slug: mine, ...fields }, outsider)
  expect(foreign.error).toMatchObject({ code: 'CONFLICT', details: { field: 'slug' } })
  expect((await ask('create', { workspaceId, slug: mine, ...fields })).error).toBeNull()
})

test('a kept secret does not follow the upstream to another origin', async () => {
  const { id } = await make({ secretHeader: { name: 'X-Api-Key', value: 'secret' } })
  const before = await read(id)
  const same = { ...fields, upstreamUrl: 'http://127.0.0.1:4149/v2', secretHeader: 'keep' }
  const other = { ...fields, upstreamUrl: 'http://127.0.0.1:4148/v2', secretHeader: 'keep' }
  expect((await ask('update', { workspaceId, id, ...other })).error).toMatchObject({
    code: 'invalid_request',
    param: 'secretHeader',
  })
  expect(await read(id)).toEqual(before)
  expect((await ask('update', { workspaceId, id, ...same })).error).toBeNull()
  expect((await read(id)).sealed_secret_header_value).toBe(before.sealed_secret_header_value)
  expect((await ask('update', { workspaceId, id, ...other, secretHeader: null })).error).toBeNull()
  expect(await read(id)).toMatchObject({ secret_header_name: null, sealed_secret_header_value: null })
})

test('a secret is stored sealed, differently each time, and is gone with its API', async () => {
  const secretHeader = { name: 'X-Api-Key', value: 'the-same-secret' }
  const [first, second] = [await make({ secretHeader }), await make({ secretHeader })]
  const sealed = [await read(first.id), await read(second.id)].map((row) => row.sealed_secret_header_value)
  expect(sealed[0]).not.toBe(sealed[1])
  expect(sealed.join()).not.toContain('the-same-secret')
  await ask('remove', { workspaceId, id: first.id, confirmSlug: first.slug })
  expect(await read(first.id)).toMatchObject({ secret_header_name: null, sealed_secret_header_value: null })
})

test('another workspace’s API is the same 404 as one that never existed, and stays as it was', async () => {
  const { id, slug } = await make()
  const before = await read(id)
  const acts: [string, Record<string, unknown>][] = [
    ['update', { ...fields, secretHeader: 'keep' }],
    ['setActive', { isActive: false }],
    ['remove', { confirmSlug: slug }],
  ]
  for (const [act, input] of acts) {
    const foreign = await ask(act, { workspaceId: outsideId, id, ...input }, outsider)
    const absent = await ask(act, { workspaceId: outsideId, id: randomUUID(), ...input }, outsider)
    expect(foreign.error).toMatchObject({ code: 'not_found', httpStatus: 404 })
    expect(foreign.message).toBe(absent.message)
  }
  const { data } = await ask('revenue', { workspaceId: outsideId, id }, outsider)
  expect((data as { calls: number }[]).every(({ calls }) => calls === 0)).toBe(true)
  expect(await read(id)).toEqual(before)
})

test('a workspace has at most so many APIs', async () => {
  await pool().query(
    `insert into priced_apis (workspace_id, slug, name, upstream_url, price, created_by)
       select $1, 'many-' || n, 'One of many', 'https://example.com/', 1, 'test' from generate_series(1, $2) n`,
    [outsideId, MAX_PRICED_APIS],
  )
  const { error } = await ask('create', { workspaceId: outsideId, slug: newSlug(), ...fields }, outsider)
  expect(error).toMatchObject({ code: 'INVALID_STATE' })
})
