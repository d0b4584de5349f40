// What every door keeps to: ids, cursors, named fields, pages and who may be named.
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { newTeam } from '@/test/harness/approvals'
import { createTestAgent, createTestWorkspace, type TestAgent } from '@/test/harness/factories'
import { askForMandate, newDraft } from '@/test/harness/mandates'
import { createPayoutOf } from '@/test/harness/payouts'
import {
  expectProblem,
  newAccount,
  newPerson,
  newWorkspace,
  rest,
  type TestPerson,
  trpc,
} from '@/test/harness/people'

let person: TestPerson
let workspaceId: string
let agent: TestAgent
beforeAll(async () => {
  person = await newPerson()
  workspaceId = (await newWorkspace(person)).id
  agent = await createTestAgent({ workspaceId, wallets: [newAccount().address, newAccount().address] })
})

const asAgent = (path: string) => rest('GET', path, { headers: agent.headers })
const asPerson = (path: string) => rest('GET', path, { cookie: person.cookie })

describe('the id of a workspace', () => {
  test('that no version of UUID has is the 404 of one that never was', async () => {
    for (const id of [
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '00000000-0000-0000-0000-000000000000',
      randomUUID(),
    ]) {
      await expectProblem(await asPerson(`/api/v1/workspaces/${id}`), 404, 'not_found')
      await expectProblem(await asPerson(`/api/v1/wallet?workspaceId=${id}`), 404, 'not_found')
      await expectProblem(await asAgent(`/api/v1/wallet?workspaceId=${id}`), 404, 'not_found')
      const answer = await trpc('query', 'wallet.get', { cookie: person.cookie, input: { workspaceId: id } })
      expect(answer.error).toMatchObject({ code: 'not_found' })
    }
    for (const id of ['x', '%00', 'a'.repeat(300)])
      await expectProblem(await asPerson(`/api/v1/workspaces/${id}`), 404, 'not_found')
  })

  test('is the same in capitals', async () => {
    const id = workspaceId.toUpperCase()
    expect((await asAgent(`/api/v1/wallet/events?workspaceId=${id}`)).status).toBe(200)
    expect((await asPerson(`/api/v1/wallet/events?workspaceId=${id}`)).status).toBe(200)
    expect((await asPerson(`/api/v1/workspaces/${id}`)).status).toBe(200)
  })
})

describe('a cursor of any form that is none of the list', () => {
  test.each([
    '/api/v1/wallet/events',
    '/api/v1/agents/wallets',
    '/api/v1/balance/entries',
    '/api/payouts',
    '/api/mandates',
  ])('%s answers invalid_cursor', async (path) => {
    for (const cursor of ['', 'x', '%00', randomUUID(), 'x'.repeat(201)]) {
      const problem = await expectProblem(await asAgent(`${path}?cursor=${cursor}`), 400, 'invalid_cursor')
      expect(problem.param).toBe('cursor')
    }
  })

  test.each([
    'wallet.events',
    'mandates.list',
    'agents.list',
    'approvals.list',
    'payouts.list',
    'webhooks.deliveries',
    'withdrawals.list',
    'workspaces.audit',
    'balance.entries',
  ])('%s answers invalid_cursor', async (path) => {
    const more = path === 'balance.entries' ? { agentId: agent.agentId } : {}
    for (const cursor of ['x', 'x'.repeat(300), randomUUID()]) {
      const input = { workspaceId, cursor, ...more }
      const { error } = await trpc('query', path, { cookie: person.cookie, input })
      expect(error).toMatchObject({ code: 'invalid_cursor', param: 'cursor' })
    }
  })

  test('is one wrong field among others when there are others', async () => {
    const problem = await expectProblem(
      await asAgent(`/api/v1/wallet/events?cursor=${'x'.repeat(201)}&limit=0`),
      400,
      'invalid_request',
    )
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual(['cursor', 'limit'])
  })
})

describe('param', () => {
  test('names the field when exactly one is wrong', async () => {
    const one = await expectProblem(await asAgent('/api/v1/wallet/events?limit=0'), 400, 'invalid_request')
    expect(one.param).toBe('limit')
    const two = await asAgent('/api/v1/wallet/events?limit=0&page=2')
    expect(await expectProblem(two, 400, 'invalid_request')).not.toHaveProperty('param')
    const nested = await expectProblem(await askForMandate(agent, { limitAmount: 1 }), 400, 'invalid_request')
    expect(nested.param).toBe('intent.limitAmount')
    const body = { message: 'no message', signature: `0x${'0'.repeat(130)}` }
    const message = await rest('POST', '/api/auth/verify', { body })
    expect((await expectProblem(message, 400, 'invalid_request')).param).toBe('message')
  })
})

describe('the self status', () => {
  test.each(['5', '0', '-1', '-99999999999999', '9'.repeat(400)])(
    'clamps a txLimit of %s',
    async (txLimit) => {
      const answer = await asAgent(`/api/agent/self/status?txLimit=${txLimit}`)
      const { recentTransactions } = (await answer.json()) as { recentTransactions: { limit: number } }
      expect(recentTransactions.limit).toBe(txLimit === '5' ? 5 : txLimit.startsWith('9') ? 100 : 1)
    },
  )

  test('another known network is unsupported_network, as for payouts; an unknown one invalid_request', async () => {
    const status = (network: string) => asAgent(`/api/agent/self/status?network=${network}`)
    for (const network of ['base', 'eip155:84532'])
      expect((await expectProblem(await status(network), 400, 'unsupported_network')).param).toBe('network')
    expect((await expectProblem(await status('moon'), 400, 'invalid_request')).param).toBe('network')
    expect((await status('eip155:31337')).status).toBe(200)
  })
})

test('the documented client’s allowance_usd is accepted and allows nothing', async () => {
  const answer = await rest('POST', '/api/v1/agents/wallet-nonce', {
    body: { address: newAccount().address, allowance_usd: '10' },
    origin: null,
  })
  expect(answer.status).toBe(200)
  expect(JSON.stringify(await answer.json())).not.toMatch(/allowance/)
})

test('the linked wallets are read in pages', async () => {
  type Page = { data: { address: string }[]; hasMore: boolean; nextCursor: string | null }
  const read = async (search: string) =>
    (await (await asAgent(`/api/v1/agents/wallets${search}`)).json()) as Page
  const all = await read('')
  expect(all).toMatchObject({ hasMore: false, nextCursor: null })
  const first = await read('?limit=1')
  expect(first).toMatchObject({ data: all.data.slice(0, 1), hasMore: true })
  const second = await read(`?limit=1&cursor=${first.nextCursor}`)
  expect(second).toEqual({ data: all.data.slice(1), hasMore: false, nextCursor: null })
})

describe('a procedure that takes an id takes the workspace of it as well', () => {
  async function scene() {
    const { founder, id } = await newTeam()
    const own = await createTestAgent({ workspaceId: id })
    const { approvalUrl } = await createPayoutOf(own)
    const approvalId = String(approvalUrl).split('/').at(-1) ?? ''
    const mandateId = await newDraft(own)
    const other = (await createTestWorkspace()).id
    const signature = `0x${'0'.repeat(130)}`
    return {
      id,
      others: [other, randomUUID()],
      call: async (type: 'query' | 'mutation', path: string, workspace: string) => {
        const of = path.startsWith('payouts') ? { approvalId } : { mandateId }
        const more = /sign$|approve$/.test(path)
          ? { signature }
          : /setEnabled/.test(path)
            ? { isEnabled: true }
            : {}
        const input = { ...of, ...more, workspaceId: workspace }
        return (await trpc(type, path, { cookie: founder.cookie, input })).error?.code ?? 'ok'
      },
    }
  }

  // Here no chain answers whether a signature is right.
  test.each([
    ['query', 'payouts.toApprove', 'ok'],
    ['mutation', 'payouts.approve', 'dependency_unavailable'],
    ['mutation', 'payouts.deny', 'ok'],
    ['query', 'mandates.get', 'ok'],
    ['query', 'mandates.toSign', 'ok'],
    ['mutation', 'mandates.sign', 'dependency_unavailable'],
    ['mutation', 'mandates.setEnabled', 'INVALID_STATE'],
    ['mutation', 'mandates.revoke', 'ok'],
  ] as const)('%s %s: another one’s is the 404 of an id that never was', async (type, path, own) => {
    const { id, others, call } = await scene()
    const absent = path.startsWith('payouts') ? 'not_found' : 'mandate_not_found'
    for (const other of others) expect(await call(type, path, other)).toBe(absent)
    expect(await call(type, path, id.toUpperCase())).toBe(own)
  })
})
