import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { balanceView, entryView, spendView } from '@/domain/balance'
import { chargeAgent, refundCharge } from '@/server/balance'
import { pool } from '@/server/core/db'
import {
  balanceOf,
  chargeOf,
  createFundedAgent,
  creditAgent,
  expectSoundLedger,
  reverseCredit,
} from '@/test/harness/balance'
import { newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

let owner: TestPerson
let workspaceId: string
beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
})

const funded = (amount: bigint) => createFundedAgent(amount, { workspaceId })
const ask = (type: 'query' | 'mutation', path: string, input: object) =>
  trpc(type, `balance.${path}`, { input: { workspaceId, ...input }, cookie: owner.cookie })

test('a balance below its threshold is low, until it is topped up or the warning is turned off', async () => {
  const { agentId } = await funded(10n)
  const read = async () => balanceView.parse((await ask('query', 'get', { agentId })).data)
  expect(await read()).toMatchObject({ balance: '10', owed: '0', lowBalanceThreshold: null, isLow: false })
  expect((await ask('mutation', 'setThreshold', { agentId, threshold: '11' })).error).toBeNull()
  expect(await read()).toMatchObject({ isLow: true, lowBalanceThreshold: '11' })
  await creditAgent(agentId, 1n)
  expect(await read()).toMatchObject({ isLow: false })
  await ask('mutation', 'setThreshold', { agentId, threshold: null })
  await ask('mutation', 'setThreshold', { agentId, threshold: null })
  const { rows } = await pool().query('select details from audit_log where target = $1 order by id', [
    agentId,
  ])
  expect(rows).toEqual([{ details: { from: null, to: '11' } }, { details: { from: '11', to: null } }])
})

test('every page of entries holds what the agent did, with its charge', async () => {
  const agent = await funded(100n)
  const outcome = await chargeAgent(chargeOf(agent))
  const chargeId = outcome.outcome === 'charged' ? outcome.chargeId : ''
  const given = await ask('mutation', 'refundCharge', { chargeId, reason: 'A test' })
  expect(given.data).toMatchObject({ balance: '100' })
  const { data } = await ask('query', 'entries', { agentId: agent.agentId })
  const { entries } = data as { entries: unknown[] }
  const [refund, charge, deposit] = entries.map((entry) => entryView.parse(entry))
  expect(refund).toMatchObject({ kind: 'charge_refund', direction: 'in', balanceAfter: '100' })
  expect(charge?.charge).toMatchObject({ id: chargeId, isOwn: true, refundReason: 'A test' })
  expect(deposit).toMatchObject({ kind: 'deposit', charge: null })
})

test('spend is per UTC day and reference, without what was given back', async () => {
  const agent = await funded(100n)
  await chargeAgent(chargeOf(agent, { reference: 'b', amount: 3n }))
  await chargeAgent(chargeOf(agent, { reference: 'b', amount: 4n }))
  await pool().query(
    `update charges set created_at = now() - interval '2 days' where agent_id = $1 and amount = 4`,
    [agent.agentId],
  )
  await chargeAgent(chargeOf(agent, { reference: 'a', amount: 5n }))
  const back = await chargeAgent(chargeOf(agent, { amount: 50n }))
  if (back.outcome === 'charged') {
    await refundCharge({ chargeId: back.chargeId, by: { handler: 'test' }, reason: 'test' })
  }
  const spend = spendView.parse((await ask('query', 'spend', { agentId: agent.agentId, days: 3 })).data)
  expect(spend.total).toBe('12')
  expect(spend.days.map(({ amount }) => amount)).toEqual(['4', '0', '8'])
  expect(spend.references).toEqual([
    { reference: 'b', amount: '7', count: 2 },
    { reference: 'a', amount: '5', count: 1 },
  ])
})

test('an owner moves balance between two agents once, also from a revoked one, never more than is there', async () => {
  const [from, to] = [await funded(100n), await funded(0n)]
  await pool().query('update agents set revoked_at = now() where id = $1', [from.agentId])
  const move = {
    fromAgentId: from.agentId,
    toAgentId: to.agentId,
    amount: '60',
    idempotencyKey: randomUUID(),
  }
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask('mutation', 'move', move)))
  for (const { data } of answers) expect(data).toEqual({ fromBalance: '40', toBalance: '60' })
  expect((await ask('mutation', 'move', { ...move, amount: '61' })).error?.code).toBe('idempotency_conflict')
  const more = await ask('mutation', 'move', { ...move, idempotencyKey: randomUUID() })
  expect(more.error).toMatchObject({ code: 'balance_insufficient', httpStatus: 409 })
  const back = { fromAgentId: to.agentId, toAgentId: from.agentId, amount: '1', idempotencyKey: randomUUID() }
  expect((await ask('mutation', 'move', back)).error?.code).toBe('agent_not_found')
  expect([await balanceOf(from.agentId), await balanceOf(to.agentId)]).toEqual([40n, 60n])
  const { rows } = await pool().query('select action from audit_log where target = $1', [from.agentId])
  expect(rows).toEqual([{ action: 'balance.moved' }])
  await expectSoundLedger()
})

test('two owners who move the same key to two places at once: one wins, the other is a conflict', async () => {
  const [from, one, two] = [await funded(100n), await funded(0n), await funded(0n)]
  const idempotencyKey = randomUUID()
  const to = ({ agentId }: { agentId: string }) =>
    ask('mutation', 'move', { fromAgentId: from.agentId, toAgentId: agentId, amount: '10', idempotencyKey })
  const codes = (await Promise.all([to(one), to(two)])).map(({ error }) => error?.code ?? 'moved')
  expect(codes.sort()).toEqual(['idempotency_conflict', 'moved'])
  expect(await balanceOf(from.agentId)).toBe(90n)
})

test('what is owed cannot be moved away', async () => {
  const [from, to] = [await funded(0n), await funded(0n)]
  const cause = await creditAgent(from.agentId, 20n)
  await chargeAgent(chargeOf(from))
  await reverseCredit(from.agentId, 20n, cause)
  const move = { fromAgentId: from.agentId, toAgentId: to.agentId, amount: '1', idempotencyKey: randomUUID() }
  expect((await ask('mutation', 'move', move)).error?.code).toBe('balance_frozen')
  expect((await ask('query', 'get', { agentId: from.agentId })).data).toMatchObject({ owed: '10' })
})

test('an agent of another workspace does not exist', async () => {
  const foreign = await createFundedAgent(100n)
  const own = await funded(100n)
  const of = { agentId: foreign.agentId }
  for (const [type, path, input] of [
    ['query', 'get', of],
    ['query', 'entries', of],
    ['query', 'spend', of],
    ['mutation', 'setThreshold', { ...of, threshold: '1' }],
    [
      'mutation',
      'move',
      { fromAgentId: foreign.agentId, toAgentId: own.agentId, amount: '1', idempotencyKey: randomUUID() },
    ],
    [
      'mutation',
      'move',
      { fromAgentId: own.agentId, toAgentId: foreign.agentId, amount: '1', idempotencyKey: randomUUID() },
    ],
  ] as const) {
    expect((await ask(type, path, input)).error).toMatchObject({ code: 'agent_not_found', httpStatus: 404 })
  }
  expect([await balanceOf(foreign.agentId), await balanceOf(own.agentId)]).toEqual([100n, 100n])
})
