import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { agentDetailsView, agentToLinkView, agentView, mintedAgentView } from '@/domain/agent'
import { registeredAgentView } from '@/domain/agent-api'
import { pool } from '@/server/core/db'
import { createTestAgent, linkTestWallet, removeManagedWallet } from '@/test/harness/factories'
import {
  addMember,
  expectProblem,
  newAccount,
  newPerson,
  newWorkspace,
  rest,
  type TestPerson,
  trpc,
} from '@/test/harness/people'

let owner: TestPerson
let workspaceId = ''
beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
})

const ask = (path: string, input: object, person = owner) =>
  trpc('query', `agents.${path}`, { cookie: person.cookie, input })
const act = (path: string, input: object, person = owner) =>
  trpc('mutation', `agents.${path}`, { cookie: person.cookie, input })
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

async function mint(input: object = {}) {
  const { data, error } = await act('create', { name: 'Minted', ...input })
  expect(error).toBeNull()
  return mintedAgentView.parse(data)
}

async function register() {
  const response = await rest('POST', '/api/agents/register', {
    body: { agent_name: 'Loose', client_info: 'v1' },
  })
  return registeredAgentView.parse(await response.json())
}

async function auditOf(agentId: string) {
  const { rows } = await pool().query('select action, actor from audit_log where target = $1 order by id', [
    agentId,
  ])
  return rows
}

describe('minting', () => {
  test('answers the token once; the list shows its first characters and its limits', async () => {
    const expiresAt = tomorrow()
    const { agentId, token } = await mint({ monthlyLimit: '25000000', expiresAt })
    expect(token).toMatch(/^bsr_/)
    const { data } = await ask('list', { workspaceId })
    const { agents } = z
      .strictObject({ agents: z.array(agentView), nextCursor: z.string().nullable() })
      .parse(data)
    const agent = agents.find(({ id }) => id === agentId)
    expect(agent).toMatchObject({
      name: 'Minted',
      origin: 'console',
      status: 'active',
      balance: '0',
      monthlyLimit: '25000000',
      expiresAt,
      tokenPrefix: token.slice(0, 12),
    })
    expect(JSON.stringify(data)).not.toContain(token)
    expect(await auditOf(agentId)).toEqual([
      { action: 'agent.created', actor: owner.account.address.toLowerCase() },
    ])
  })

  test.each([
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['a negative limit', { name: 'a', monthlyLimit: '-1' }],
    ['a limit with decimals', { name: 'a', monthlyLimit: '1.5' }],
    ['a limit as a number', { name: 'a', monthlyLimit: 5 }],
    ['a limit beyond any word', { name: 'a', monthlyLimit: '9'.repeat(78) }],
    ['an end that has passed', { name: 'a', expiresAt: '2020-01-01T00:00:00Z' }],
    ['an end without a zone', { name: 'a', expiresAt: '2099-01-01T00:00:00' }],
  ])('%s is refused', async (_, input) => {
    const { error } = await act('create', input)
    expect(error).toMatchObject({ httpStatus: 400, code: 'invalid_request' })
  })

  test('is for OWNER and ADMIN; a VIEWER sees', async () => {
    const viewer = await newPerson()
    await addMember(workspaceId, viewer, 'VIEWER')
    expect((await act('create', { name: 'No', workspaceId }, viewer)).error).toMatchObject({
      code: 'not_authorized',
    })
    expect((await ask('list', { workspaceId }, viewer)).error).toBeNull()
  })
})

test('pages of the list follow one another, and a foreign cursor is an unknown one', async () => {
  const person = await newPerson()
  await newWorkspace(person)
  for (const name of ['one', 'two', 'three']) await act('create', { name }, person)
  const page = z.object({ agents: z.array(agentView), nextCursor: z.string().nullable() })
  const first = page.parse((await ask('list', { limit: 2 }, person)).data)
  const second = page.parse((await ask('list', { limit: 2, cursor: first.nextCursor }, person)).data)
  expect([...first.agents, ...second.agents].map(({ name }) => name)).toEqual(['three', 'two', 'one'])
  expect(second.nextCursor).toBeNull()
  const { agentId: cursor } = await mint()
  expect((await ask('list', { cursor }, person)).error).toMatchObject({ code: 'invalid_cursor' })
})

describe('linking an agent that registered by name', () => {
  test('shows name and code before, gives it to the workspace, and is there for its members afterwards', async () => {
    const agent = await register()
    const before = agentToLinkView.parse((await ask('toLink', { agentId: agent.agent_id })).data)
    expect(before).toMatchObject({
      name: 'Loose',
      clientInfo: 'v1',
      userCode: agent.user_code,
      workspace: null,
    })
    const linked = await act('link', { agentId: agent.agent_id, monthlyLimit: '1000000' })
    expect(agentView.parse(linked.data)).toMatchObject({
      workspaceId,
      monthlyLimit: '1000000',
      status: 'active',
    })
    const after = agentToLinkView.parse((await ask('toLink', { agentId: agent.agent_id })).data)
    expect(after.workspace?.id).toBe(workspaceId)
    const outsider = await newPerson()
    expect((await ask('toLink', { agentId: agent.agent_id }, outsider)).error).toMatchObject({
      code: 'not_found',
    })
    const headers = { authorization: `Bearer ${agent.token}` }
    const me = await rest('GET', '/api/v1/agents/me', { headers })
    expect(await me.json()).toMatchObject({ workspace_id: workspaceId, authorizationUrl: null })
  })

  test('of ten people at once the first wins, the others see nothing', async () => {
    const agent = await register()
    const people = await Promise.all(Array.from({ length: 10 }, () => newPerson()))
    await Promise.all(people.map((person) => newWorkspace(person)))
    const answers = await Promise.all(
      people.map((person) => act('link', { agentId: agent.agent_id }, person)),
    )
    expect(answers.filter(({ error }) => error === null)).toHaveLength(1)
    expect(answers.filter(({ error }) => error?.code === 'not_found')).toHaveLength(9)
    expect(await auditOf(agent.agent_id)).toHaveLength(1)
  })

  test('an unknown id is the same 404 as a linked one', async () => {
    const { agentId } = await mint()
    const outsider = await newPerson()
    const linked = await ask('toLink', { agentId }, outsider)
    const absent = await ask('toLink', { agentId: `agt_${'0'.repeat(32)}` }, outsider)
    expect({ ...linked.error, requestId: null }).toEqual({ ...absent.error, requestId: null })
  })
})

describe('changing an agent', () => {
  test('what is left out stays, null lifts, and the log has both sides', async () => {
    const { agentId } = await mint({ monthlyLimit: '5', expiresAt: tomorrow() })
    const renamed = agentView.parse((await act('update', { agentId, name: 'Other' })).data)
    expect(renamed).toMatchObject({ name: 'Other', monthlyLimit: '5' })
    const lifted = agentView.parse(
      (await act('update', { agentId, monthlyLimit: null, expiresAt: null })).data,
    )
    expect(lifted).toMatchObject({ name: 'Other', monthlyLimit: null, expiresAt: null })
    const { rows } = await pool().query<{ details: unknown }>(
      `select details from audit_log where target = $1 and action = 'agent.updated' order by id`,
      [agentId],
    )
    expect(rows[0]?.details).toMatchObject({ from: { name: 'Minted' }, to: { name: 'Other' } })
  })

  test('rotating answers a new token; revoking ends it for good, twice is the same', async () => {
    const { agentId, token } = await mint()
    const rotated = z.object({ token: z.string() }).parse((await act('rotate', { agentId })).data)
    expect(rotated.token).not.toBe(token)
    for (const _ of [1, 2]) {
      expect(agentView.parse((await act('revoke', { agentId })).data).status).toBe('revoked')
    }
    for (const secret of [token, rotated.token]) {
      const headers = { authorization: `Bearer ${secret}` }
      await expectProblem(await rest('GET', '/api/v1/agents/me', { headers }), 401, 'unauthenticated')
    }
    for (const path of ['rotate', 'update']) {
      expect((await act(path, { agentId })).error).toMatchObject({
        code: 'INVALID_STATE',
        details: { state: 'revoked' },
      })
    }
    expect(await auditOf(agentId)).toHaveLength(3)
  })

  test('of another workspace is the 404 of one that never existed, and nothing changes', async () => {
    const { agentId } = await mint()
    const stranger = await newPerson()
    await newWorkspace(stranger)
    const wallet = newAccount().address
    const acts = [
      ['update', { name: 'Mine' }],
      ['rotate', {}],
      ['revoke', {}],
      ['unlinkWallet', { address: wallet }],
    ] as const
    for (const [path, input] of acts) {
      expect((await act(path, { agentId, ...input }, stranger)).error).toMatchObject({ code: 'not_found' })
    }
    expect((await ask('get', { agentId }, stranger)).error).toMatchObject({ code: 'not_found' })
    expect(await auditOf(agentId)).toHaveLength(1)
  })
})

test('the details tell wallets, months and what was paid for; a wallet can be unlinked', async () => {
  const { agentId } = await createTestAgent({ workspaceId })
  const wallet = newAccount().address
  await linkTestWallet({ agentId, workspaceId, wallet })
  await pool().query(
    `insert into agent_monthly_spend (agent_id, month, spent)
     values ($1, date_trunc('month', now() at time zone 'utc')::date, 300), ($1, '2026-01-01', 700)`,
    [agentId],
  )
  await pool().query(
    `insert into charges (agent_id, workspace_id, amount, reference, balance_after)
     values ($1, $2, 100, 'search', 0), ($1, $2, 150, 'search', 0), ($1, $2, 50, 'images', 0)`,
    [agentId, workspaceId],
  )
  const details = agentDetailsView.parse((await ask('get', { agentId })).data)
  expect(details).toMatchObject({
    spentThisMonth: '300',
    spentTotal: '1000',
    wallets: [{ address: wallet }],
    references: [
      { reference: 'search', spent: '250', charges: 2 },
      { reference: 'images', spent: '50', charges: 1 },
    ],
  })
  expect(details.months.at(-1)).toEqual({ month: '2026-01-01', spent: '700' })
  expect((await act('unlinkWallet', { agentId, address: wallet })).error).toBeNull()
  expect((await act('unlinkWallet', { agentId, address: wallet })).error).toMatchObject({ code: 'not_found' })
})

describe('deleting a workspace', () => {
  const remove = async (person: TestPerson, of: { id: string; slug: string }) => {
    await removeManagedWallet(of.id)
    return trpc('mutation', 'workspaces.delete', {
      cookie: person.cookie,
      input: { workspaceId: of.id, confirmSlug: of.slug },
    })
  }

  test('is refused while an agent of it holds money', async () => {
    const person = await newPerson()
    const workspace = await newWorkspace(person)
    const { agentId } = await createTestAgent({ workspaceId: workspace.id })
    await pool().query(
      `select ledger_credit_agent($1, ledger_account('receive_address', 'test'), 1000000, 'deposit', $2)`,
      [agentId, `test:${agentId}`],
    )
    expect((await remove(person, workspace)).error).toMatchObject({
      code: 'INVALID_STATE',
      details: { state: 'BALANCE_NOT_EMPTY', prepaidBalance: '1000000' },
    })
  })

  test('ends its agents and frees their wallets', async () => {
    const person = await newPerson()
    const workspace = await newWorkspace(person)
    const wallet = newAccount().address
    const agent = await createTestAgent({ workspaceId: workspace.id, wallets: [wallet] })
    expect((await remove(person, workspace)).error).toBeNull()
    await expectProblem(
      await rest('GET', '/api/v1/agents/me', { headers: agent.headers }),
      401,
      'unauthenticated',
    )
    const { rows } = await pool().query('select 1 from linked_wallets where address = $1', [
      wallet.toLowerCase(),
    ])
    expect(rows).toEqual([])
  })
})
