import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import {
  balanceOf,
  chargeOf,
  createFundedAgent,
  creditAgent,
  expectSoundLedger,
  reverseCredit,
} from '@/test/harness/balance'
import { createTestWorkspace } from '@/test/harness/factories'
import { chargeAgent, forgetChargeKeys, refundCharge, refundUnservedCharges } from '.'
import { markServed } from './charge-repository'

const USDC = 1_000_000n

async function chargesOf(agentId: string) {
  const { rows } = await pool().query<{ id: string; amount: bigint }>(
    'select id, amount from charges where agent_id = $1',
    [agentId],
  )
  return rows
}

/** Charges, and answers the id. */
async function paid(...args: Parameters<typeof chargeOf>): Promise<string> {
  const outcome = await chargeAgent(chargeOf(...args))
  if (outcome.outcome !== 'charged') throw new Error(outcome.outcome)
  return outcome.chargeId
}

test('a charge moves its amount from the agent to the revenue of who earns it, with its cause and balances', async () => {
  const agent = await createFundedAgent(5n * USDC)
  const { id: earner } = await createTestWorkspace()
  const id = await paid(agent, { amount: 2n * USDC, earnerWorkspaceId: earner, description: 'two' })
  const { rows } = await pool().query(
    `select t.amount, t.kind, t.reference, t.debit_balance_after, t.credit_balance_after, c.owner, c.payer, c.kind as credited
       from ledger_transfers t join ledger_accounts c on c.id = t.credit_account where t.cause = $1`,
    [`charge:${id}`],
  )
  expect(rows).toEqual([
    {
      amount: 2n * USDC,
      kind: 'charge',
      reference: 'search',
      debit_balance_after: 3n * USDC,
      credit_balance_after: 2n * USDC,
      credited: 'revenue',
      owner: earner,
      payer: agent.agentId,
    },
  ])
  await expectSoundLedger()
})

test.each([
  ['a revoked token', `update agent_tokens set revoked_at = now() where agent_id = $1`, 'unauthenticated'],
  [
    'an expired token',
    `update agent_tokens set expires_at = now() - interval '1 second' where agent_id = $1`,
    'unauthenticated',
  ],
  ['a revoked agent', `update agents set revoked_at = now() where id = $1`, 'unauthenticated'],
  ['a deleted agent', `update agents set deleted_at = now() where id = $1`, 'unauthenticated'],
  ['an expired agent', `update agents set expires_at = now() - interval '1 second' where id = $1`, 'expired'],
  [
    'an unlinked agent',
    `update agents set workspace_id = null, linked_at = null where id = $1`,
    'not_linked',
  ],
] as const)('%s is charged nothing', async (_, sql, outcome) => {
  const agent = await createFundedAgent(USDC)
  await pool().query(sql, [agent.agentId])
  expect(await chargeAgent(chargeOf(agent))).toEqual({ outcome })
  expect(await balanceOf(agent.agentId)).toBe(USDC)
})

test('the token of another agent opens nothing', async () => {
  const [agent, other] = [await createFundedAgent(USDC), await createFundedAgent(USDC)]
  expect(await chargeAgent(chargeOf(agent, { tokenId: other.tokenId }))).toEqual({
    outcome: 'unauthenticated',
  })
})

test('a balance that is too small is answered and nothing is stored', async () => {
  const agent = await createFundedAgent(9n)
  expect(await chargeAgent(chargeOf(agent))).toEqual({ outcome: 'insufficient', balance: 9n })
  const poor = await createFundedAgent(0n)
  expect(await chargeAgent(chargeOf(poor))).toEqual({ outcome: 'insufficient', balance: 0n })
  expect([...(await chargesOf(agent.agentId)), ...(await chargesOf(poor.agentId))]).toEqual([])
  const { rows } = await pool().query('select 1 from ledger_accounts where owner = $1', [poor.agentId])
  expect(rows).toEqual([])
})

test('the monthly limit counts what was spent this month and stops at the edge; a refund opens it again', async () => {
  const agent = await createFundedAgent(USDC)
  await pool().query('update agents set monthly_limit = 25 where id = $1', [agent.agentId])
  const [first] = [await paid(agent), await paid(agent)]
  expect(await chargeAgent(chargeOf(agent))).toEqual({ outcome: 'limit_exceeded', limit: 25n, spent: 20n })
  expect(await chargeAgent(chargeOf(agent, { amount: 5n }))).toMatchObject({ outcome: 'charged' })
  await refundCharge({ chargeId: first, by: { handler: 'test' }, reason: 'test' })
  expect(await chargeAgent(chargeOf(agent))).toMatchObject({ outcome: 'charged' })
  await expectSoundLedger()
})

test('an agent that owes is frozen until a credit has repaid it', async () => {
  const agent = await createFundedAgent(0n)
  const cause = await creditAgent(agent.agentId, 30n)
  await paid(agent)
  await reverseCredit(agent.agentId, 30n, cause)
  await creditAgent(agent.agentId, 4n)
  expect(await chargeAgent(chargeOf(agent, { amount: 1n }))).toEqual({ outcome: 'frozen' })
  await creditAgent(agent.agentId, 16n)
  expect(await balanceOf(agent.agentId)).toBe(10n)
  await paid(agent)
  await expectSoundLedger()
})

test('the same key answers the first charge, another body under it a conflict; the same key of another agent is another', async () => {
  const [agent, other] = [await createFundedAgent(USDC), await createFundedAgent(USDC)]
  const charge = chargeOf(agent)
  const first = await chargeAgent(charge)
  await paid(agent)
  expect(await chargeAgent(charge)).toEqual({ ...first, outcome: 'replayed', isRefunded: false })
  const different = { ...charge, requestHash: createHash('sha256').update('other').digest() }
  expect(await chargeAgent(different)).toEqual({ outcome: 'conflict' })
  expect(await chargeAgent(chargeOf(other, { idempotencyKey: charge.idempotencyKey }))).toMatchObject({
    outcome: 'charged',
  })
  expect(await chargesOf(agent.agentId)).toHaveLength(2)
})

test('1,000 charges at once of one agent book exactly what fits', async () => {
  const agent = await createFundedAgent(5_005n)
  const { id: earner } = await createTestWorkspace()
  const outcomes = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      chargeAgent(chargeOf(agent, index % 3 ? {} : { earnerWorkspaceId: earner })),
    ),
  )
  expect(outcomes.filter(({ outcome }) => outcome === 'charged')).toHaveLength(500)
  expect(outcomes.filter(({ outcome }) => outcome === 'insufficient')).toHaveLength(500)
  expect(await balanceOf(agent.agentId)).toBe(5n)
  expect(await chargesOf(agent.agentId)).toHaveLength(500)
  await expectSoundLedger()
})

test('1,000 repeats at once of one charge are one charge', async () => {
  const agent = await createFundedAgent(USDC)
  const charge = chargeOf(agent)
  const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => chargeAgent(charge)))
  expect(new Set(outcomes.map((outcome) => 'chargeId' in outcome && outcome.chargeId)).size).toBe(1)
  expect(outcomes.filter(({ outcome }) => outcome === 'charged')).toHaveLength(1)
  expect(await balanceOf(agent.agentId)).toBe(USDC - 10n)
})

test('two processes at once never overdraw, and charge a key once', async () => {
  const agent = await createFundedAgent(1_005n)
  const shared = Array.from({ length: 50 }, () => `charge ${randomUUID()}`)
  const other = new pg.Pool({ connectionString: env().DATABASE_URL, max: 4 })
  const elsewhere = async (idempotencyKey: string) => {
    const { rows } = await other.query<{ outcome: string }>(
      'select outcome from balance_charge_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
      [
        agent.agentId,
        [agent.tokenId],
        ['10'],
        ['search'],
        [null],
        [agent.workspaceId],
        [null],
        [idempotencyKey],
        [createHash('sha256').update('search').digest()],
        [null],
      ],
    )
    return rows[0]?.outcome
  }
  const here = async (idempotencyKey: string) =>
    (await chargeAgent(chargeOf(agent, { idempotencyKey }))).outcome
  const own = Array.from({ length: 100 }, () => `charge ${randomUUID()}`)
  const outcomes = await Promise.all([
    ...shared.flatMap((key) => [here(key), elsewhere(key)]),
    ...own.flatMap((key, index) => [index % 2 ? here(key) : elsewhere(key)]),
  ])
  await other.end()
  expect(outcomes.filter((outcome) => outcome === 'charged')).toHaveLength(100)
  expect(await balanceOf(agent.agentId)).toBe(5n)
  await expectSoundLedger()
})

test('a charge is one statement after authentication, and what waits goes together', async () => {
  const agent = await createFundedAgent(USDC)
  const statements = vi.spyOn(pg.Client.prototype, 'query')
  await paid(agent)
  expect(statements).toHaveBeenCalledTimes(1)
  await Promise.all(Array.from({ length: 65 }, () => chargeAgent(chargeOf(agent))))
  // The first alone, then the 64 that waited.
  expect(statements).toHaveBeenCalledTimes(3)
  statements.mockRestore()
})

test('a refund gives back once, whoever asks how often', async () => {
  const agent = await createFundedAgent(100n)
  const chargeId = await paid(agent)
  const by = { person: '0xowner', workspaceId: agent.workspaceId, requestId: 'req' }
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => refundCharge({ chargeId, by, reason: 'A test' })),
  )
  expect(new Set(answers.map((answer) => JSON.stringify({ ...answer, amount: 0, balance: 0 }))).size).toBe(1)
  await paid(agent)
  expect(await refundCharge({ chargeId, by, reason: 'Again' })).toMatchObject({ amount: 10n, balance: 100n })
  expect(await balanceOf(agent.agentId)).toBe(90n)
  const { rows } = await pool().query('select actor, details from audit_log where target = $1', [chargeId])
  expect(rows).toEqual([
    { actor: '0xowner', details: { agentId: agent.agentId, amount: '10', reason: 'A test' } },
  ])
  await expectSoundLedger()
})

test('a charge of another workspace cannot be given back, nor one whose revenue is withdrawn', async () => {
  const agent = await createFundedAgent(100n)
  const { id: foreign } = await createTestWorkspace()
  const chargeId = await paid(agent)
  const by = { person: '0xowner', workspaceId: foreign, requestId: null }
  await expect(refundCharge({ chargeId, by, reason: 'x' })).rejects.toMatchObject({ code: 'not_found' })
  await pool().query(
    `select ledger_post(ledger_account('revenue', $1, $2), ledger_account('refunds', $1), 1, 'withdrawal', 'withdrawal:x')`,
    [agent.workspaceId, agent.agentId],
  )
  await expect(
    refundCharge({ chargeId, by: { ...by, workspaceId: agent.workspaceId }, reason: 'x' }),
  ).rejects.toMatchObject({ code: 'balance_insufficient', details: { available: '9', required: '10' } })
  expect(await balanceOf(agent.agentId)).toBe(90n)
})

test('a refund repays first what the agent owes, and its repeat answers the same', async () => {
  const agent = await createFundedAgent(0n)
  const cause = await creditAgent(agent.agentId, 30n)
  const chargeId = await paid(agent)
  await reverseCredit(agent.agentId, 26n, cause)
  const refund = { chargeId, by: { handler: 'test' }, reason: 'test' }
  const first = await refundCharge(refund)
  expect(first).toMatchObject({ amount: 10n, balance: 4n })
  expect(await refundCharge(refund)).toEqual(first)
  await expectSoundLedger()
})

test('what was paid and never served is given back after its time, and its key can be used again; what was served stays', async () => {
  const agent = await createFundedAgent(100n)
  const lost = chargeOf(agent, { servingSeconds: 0 })
  await chargeAgent(lost)
  const served = await paid(agent, { servingSeconds: 0 })
  await markServed(served)
  await paid(agent, { servingSeconds: 300 })
  expect(await balanceOf(agent.agentId)).toBe(70n)
  await refundUnservedCharges()
  expect(await balanceOf(agent.agentId)).toBe(80n)
  expect(await chargeAgent(lost)).toMatchObject({ outcome: 'charged' })
})

test('a key is forgotten after 30 days and not before', async () => {
  const agent = await createFundedAgent(USDC)
  const [old, young] = [chargeOf(agent), chargeOf(agent)]
  for (const [charge, age] of [
    [old, '30 days 1 minute'],
    [young, '29 days 23 hours'],
  ] as const) {
    await chargeAgent(charge)
    await pool().query('update charges set created_at = now() - $2::interval where idempotency_key = $1', [
      charge.idempotencyKey,
      age,
    ])
  }
  await forgetChargeKeys()
  expect(await chargeAgent(old)).toMatchObject({ outcome: 'charged' })
  expect(await chargeAgent(young)).toMatchObject({ outcome: 'replayed' })
})
