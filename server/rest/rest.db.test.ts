import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readinessView } from '@/domain/instance'
import { configView, walletEventView } from '@/domain/wallet'
import { membershipView, workspaceView } from '@/domain/workspace'
import { pool } from '@/server/core/db'
import {
  addMember,
  expectProblem,
  newPerson,
  newWorkspace,
  rest,
  type TestPerson,
} from '@/test/harness/people'

let owner: TestPerson
let outsider: TestPerson
let workspace: { id: string; slug: string }

beforeAll(async () => {
  owner = await newPerson()
  outsider = await newPerson()
  workspace = await newWorkspace(owner)
})

const body = (slug: string) => ({ slug, name: 'Research', roles: ['CONSUMER', 'SUPPLIER'] })

describe('POST /api/v1/workspaces', () => {
  test('opens a workspace whose owner and wallet is the signed-in wallet', async () => {
    const person = await newPerson()
    const response = await rest('POST', '/api/v1/workspaces', {
      cookie: person.cookie,
      body: body('research-lab'),
    })
    expect(response.status).toBe(201)
    const view = workspaceView.parse(await response.json())
    expect(view).toMatchObject({ ...body('research-lab'), walletAddress: person.account.address })
    expect(response.headers.get('location')).toBe(`/api/v1/workspaces/${view.id}`)
    const { rows } = await pool().query(
      'select action, actor, request_id from audit_log where workspace_id = $1',
      [view.id],
    )
    expect(rows).toEqual([
      {
        action: 'workspace.created',
        actor: person.account.address.toLowerCase(),
        request_id: response.headers.get('request-id'),
      },
    ])
  })

  test('a slug that is taken is 409 and says so', async () => {
    const response = await rest('POST', '/api/v1/workspaces', {
      cookie: outsider.cookie,
      body: body(workspace.slug),
    })
    expect(await expectProblem(response, 409, 'CONFLICT')).toMatchObject({ field: 'slug', param: 'slug' })
  })

  test('a wallet that has a workspace is 409 and says so', async () => {
    const response = await rest('POST', '/api/v1/workspaces', {
      cookie: owner.cookie,
      body: body('second-of-mine'),
    })
    expect(await expectProblem(response, 409, 'CONFLICT')).toMatchObject({ field: 'walletAddress' })
  })

  test('ten at once by one wallet open one', async () => {
    const person = await newPerson()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        rest('POST', '/api/v1/workspaces', { cookie: person.cookie, body: body(`at-once-${index}`) }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 409),
    ])
  })

  test('every wrong field is named at once, unknown ones too', async () => {
    const wrong = { slug: 'A', name: '', roles: ['CONSUMER', 'CONSUMER'], color: 'red' }
    const response = await rest('POST', '/api/v1/workspaces', { cookie: outsider.cookie, body: wrong })
    const problem = await expectProblem(response, 400, 'invalid_request')
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual(['color', 'name', 'roles', 'slug'])
  })

  test('nobody may open one without signing in', async () => {
    await expectProblem(
      await rest('POST', '/api/v1/workspaces', { body: body('no-one') }),
      401,
      'unauthenticated',
    )
  })
})

describe('GET /api/v1/workspaces', () => {
  const page = z.strictObject({
    data: z.array(membershipView),
    hasMore: z.boolean(),
    nextCursor: z.string().nullable(),
  })

  test('pages through a person’s own, oldest first', async () => {
    const person = await newPerson()
    const others = [await newPerson(), await newPerson(), await newPerson()]
    const ids: string[] = []
    for (const other of others) {
      const { id } = await newWorkspace(other)
      await addMember(id, person, 'VIEWER')
      ids.push(id)
    }
    const get = async (query: string) =>
      page.parse(await (await rest('GET', `/api/v1/workspaces${query}`, { cookie: person.cookie })).json())
    const first = await get('?limit=2')
    expect(first).toMatchObject({ hasMore: true, nextCursor: ids[1] })
    const second = await get(`?limit=2&cursor=${first.nextCursor}`)
    expect(second).toMatchObject({ hasMore: false, nextCursor: null })
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids)
  })

  test.each(['nonsense', '7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1'])(
    'the cursor %s is unknown',
    async (cursor) => {
      const response = await rest('GET', `/api/v1/workspaces?cursor=${cursor}`, { cookie: owner.cookie })
      await expectProblem(response, 400, 'invalid_cursor')
    },
  )

  test.each(['limit=0', 'limit=101', 'limit=-1', 'limit=1e2', 'limit=x', 'limit=1&limit=2', 'colour=red'])(
    '?%s is 400',
    async (query) => {
      const response = await rest('GET', `/api/v1/workspaces?${query}`, { cookie: owner.cookie })
      await expectProblem(response, 400, 'invalid_request')
    },
  )
})

describe('what is not yours does not exist', () => {
  test.each([
    ['/api/v1/workspaces/:id'],
    ['/api/v1/wallet?workspaceId=:id'],
    ['/api/v1/wallet/events?workspaceId=:id'],
    ['/api/v1/wallet/events.csv?workspaceId=:id'],
  ])('%s', async (path) => {
    const ask = (id: string) => rest('GET', path.replace(':id', id), { cookie: outsider.cookie })
    const foreign = await expectProblem(await ask(workspace.id), 404, 'not_found')
    const absent = await expectProblem(await ask('7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1'), 404, 'not_found')
    expect({ ...foreign, requestId: '' }).toEqual({ ...absent, requestId: '' })
  })

  test('the owner sees it', async () => {
    const response = await rest('GET', `/api/v1/workspaces/${workspace.id}`, { cookie: owner.cookie })
    expect(workspaceView.parse(await response.json()).slug).toBe(workspace.slug)
  })
})

describe('GET /api/v1/wallet/events', () => {
  beforeAll(async () => {
    for (let block = 1; block <= 3; block += 1) {
      await pool().query(
        `insert into wallet_events (chain_id, account, kind, block_number, block_hash, block_time, tx_hash, log_index, amount, pool_delta, pool_after)
         values (31337, $1, 'DEPOSIT', $2, $3, now(), $3, 0, 5, 5, 5)`,
        [owner.account.address.toLowerCase(), block, `0x${String(block).repeat(64)}`],
      )
    }
  })
  const ask = (query = '') => rest('GET', `/api/v1/wallet/events${query}`, { cookie: owner.cookie })

  test('is a bare array, newest first, and its next page is in the Link header', async () => {
    const first = await ask('?limit=2')
    const events = z.array(walletEventView).parse(await first.json())
    expect(events.map(({ blockNumber }) => blockNumber)).toEqual(['3', '2'])
    const link = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await rest('GET', link, { cookie: owner.cookie })
    expect(z.array(walletEventView).parse(await second.json())).toHaveLength(1)
    expect(second.headers.get('link')).toBeNull()
  })

  test('filters by kind and refuses an unknown one', async () => {
    expect(await (await ask('?kind=APPROVAL,SETTLE')).json()).toEqual([])
    await expectProblem(await ask('?kind=GIFT'), 400, 'invalid_request')
  })

  test('knows no foreign cursor', async () => {
    await expectProblem(await ask('?cursor=7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1'), 400, 'invalid_cursor')
    await expectProblem(await ask('?cursor=x'), 400, 'invalid_cursor')
  })

  test('is a CSV file with a header too', async () => {
    const response = await rest('GET', '/api/v1/wallet/events.csv', { cookie: owner.cookie })
    expect(response.headers.get('content-type')).toContain('text/csv')
    expect(response.headers.get('content-disposition')).toContain(`${workspace.slug}-events.csv`)
    expect((await response.text()).trim().split('\n')).toHaveLength(4)
  })
})

test('without workspaceId and in no workspace, the wallet asks for one', async () => {
  const response = await rest('GET', '/api/v1/wallet', { cookie: outsider.cookie })
  expect(await expectProblem(response, 400, 'INVALID_INPUT')).toMatchObject({ workspaceNotSelected: true })
})

test('while the chain does not answer, the wallet is 503 and says when to come back', async () => {
  const response = await rest('GET', '/api/v1/wallet', { cookie: owner.cookie })
  expect(response.headers.get('retry-after')).toBe('5')
  const problem = await expectProblem(response, 503, 'dependency_unavailable')
  expect(JSON.stringify(problem)).not.toContain('127.0.0.1:9')
})

test('config is as published and shows the public RPC only', async () => {
  const config = configView.parse(await (await rest('GET', '/api/v1/config')).json())
  expect(config).toMatchObject({ chainId: 31337, rpcUrl: process.env.PUBLIC_RPC_URL })
})

test('health answers; ready says what is missing', async () => {
  expect(await (await rest('GET', '/api/health')).json()).toEqual({ status: 'ok' })
  const ready = await rest('GET', '/api/ready')
  expect(ready.status).toBe(503)
  expect(readinessView.parse(await ready.json())).toMatchObject({
    ready: false,
    checks: { database: { ok: true } },
  })
})
