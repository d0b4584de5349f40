import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAILURE_REASONS, PAYOUT_STATUSES } from '@/domain/payout-status'
import { readBooks } from '@/server/checker'
import { pool } from '@/server/core/db'
import { stopAgent } from '@/test/harness/payout-acts'
import { expectSoundBooks, movePayout } from '@/test/harness/payout-books'
import { MOVES, type ModelRequest, type MoveName } from '@/test/harness/payout-model'
import {
  expectSameAsModel,
  newPayoutWorld,
  type PayoutStep,
  runAtOnce,
  runStep,
} from '@/test/harness/payout-world'
import { until } from '@/test/harness/until'

const amount = fc.bigInt({ min: 1n, max: 40n })
const which = fc.nat({ max: 30 })
const request: fc.Arbitrary<ModelRequest> = fc.record({
  key: fc.nat({ max: 40 }),
  agent: fc.nat({ max: 1 }),
  mandate: fc.option(fc.nat({ max: 5 }), { freq: 3 }),
  biz: fc.option(fc.nat({ max: 8 }), { freq: 2 }),
  amount,
  isAsking: fc.boolean(),
})
const moveNames = Object.keys(MOVES) as MoveName[]
const create = fc.record({
  kind: fc.constant('create' as const),
  agent: fc.nat({ max: 1 }),
  requests: fc.array(request, { minLength: 1, maxLength: 4 }),
})
const step: fc.Arbitrary<PayoutStep> = fc.oneof(
  { weight: 5, arbitrary: create },
  {
    weight: 9,
    arbitrary: fc.record({ kind: fc.constant('move' as const), which, name: fc.constantFrom(...moveNames) }),
  },
  // Along the way to a payment, or few would get beyond the signature.
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      which,
      steps: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wild' as const),
      which,
      to: fc.constantFrom(...PAYOUT_STATUSES),
      reason: fc.constantFrom(...FAILURE_REASONS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), mandate: fc.nat({ max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('enable' as const),
      mandate: fc.nat({ max: 3 }),
      isEnabled: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('stopAgent' as const), agent: fc.nat({ max: 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), isKilled: fc.boolean() }) },
)

test('after every step of any history the database says what a plain model says, and its books are sound', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (history) => {
      const world = await newPayoutWorld()
      for (const next of history) {
        await runStep(world, next)
        await expectSameAsModel(world)
      }
      await expectSoundBooks(world.workspaceId)
    }),
    { numRuns: 60 },
  )
}, 300_000)

test('the same at once, in any interleaving: every snapshot during it and its end are sound, and nothing deadlocks', async () => {
  let snapshots = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (history) => {
      const world = await newPayoutWorld()
      await runStep(world, { kind: 'create', agent: 0, requests: seedRequests(0) })
      await runStep(world, { kind: 'create', agent: 1, requests: seedRequests(1) })
      let isRunning = true
      const watched = (async () => {
        while (isRunning) {
          expect(await readBooks({ workspaceId: world.workspaceId, isFull: true })).toEqual([])
          snapshots += 1
        }
      })()
      await Promise.all(history.map((next) => runAtOnce(world, next))).finally(() => {
        isRunning = false
      })
      await watched
      await expectSoundBooks(world.workspaceId)
    }),
    // A race cannot be shrunk: the same history would race in another way.
    { numRuns: 50, endOnFailure: true },
  )
  expect(snapshots).toBeGreaterThan(50)
}, 300_000)

/** Payouts that exist before everybody starts at once. */
function seedRequests(agent: number): ModelRequest[] {
  return Array.from({ length: 6 }, (_, n) => ({
    ...{ key: 100 + agent * 10 + n, agent, biz: null, amount: 3n, isAsking: true },
    mandate: n % 2 === 0 ? agent * 2 : null,
  }))
}

test('a payout cannot be moved to where it is: its budget would be given back twice', async () => {
  const world = await newPayoutWorld()
  await runStep(world, { kind: 'create', agent: 0, requests: seedRequests(0) })
  await runStep(world, { kind: 'move', which: 0, name: 'cancel' })
  const again = pool().query(
    `select payout_move(id, '{failed}', 'failed', 'cancelled', 'test') from payouts where workspace_id = $1 and status = 'failed'`,
    [world.workspaceId],
  )
  await expect(again).rejects.toMatchObject({ code: '23514' })
  await expectSameAsModel(world)
})

test('an agent that ends while one of its payouts is being cancelled: neither waits for the other for ever', async () => {
  const world = await newPayoutWorld()
  const requests = seedRequests(0).map((request) => ({ ...request, mandate: null }))
  await runStep(world, { kind: 'create', agent: 0, requests })
  const { rows } = await pool().query<{ id: string }>(
    'select id from payouts where workspace_id = $1 order by id desc limit 1',
    [world.workspaceId],
  )
  const last = rows[0]?.id ?? ''
  const canceller = await pool().connect()
  try {
    await canceller.query('begin')
    await canceller.query('select 1 from payouts where id = $1 for update', [last])
    const ending = stopAgent(world, world.agents[0]?.agentId ?? '')
    await until('the end of the agent waits for the payout', async () => {
      const { rowCount } = await pool().query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%agent_stop_spending%' and datname = current_database()`,
      )
      return rowCount === 1
    })
    expect(await movePayout({ id: last, ...MOVES.cancel }, canceller)).toBe(true)
    await canceller.query('commit')
    await ending
  } finally {
    canceller.release()
  }
  await expectSoundBooks(world.workspaceId)
  const { rows: open } = await pool().query(
    `select 1 from payouts where workspace_id = $1 and status <> 'failed'`,
    [world.workspaceId],
  )
  expect(open).toEqual([])
})

test('an agent that ends while it creates: who writes the id of a payout that is being ended does not wait for it', async () => {
  const world = await newPayoutWorld()
  await runStep(world, { kind: 'create', agent: 0, requests: seedRequests(0) })
  const agent = world.agents[0]?.agentId ?? ''
  const creator = await pool().connect()
  try {
    await creator.query('begin')
    const { rowCount: months } = await creator.query(
      'select 1 from agent_monthly_spend where agent_id = $1 for update',
      [agent],
    )
    expect(months).toBe(1)
    const ending = stopAgent(world, agent)
    await until('the end of the agent waits for the month', async () => {
      const { rowCount } = await pool().query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%agent_stop_spending%' and datname = current_database()`,
      )
      return rowCount === 1
    })
    const { rowCount: written } = await creator.query(
      'insert into payouts select * from payouts where agent_id = $1 on conflict do nothing',
      [agent],
    )
    expect(written).toBe(0)
    await creator.query('commit')
    await ending
  } finally {
    creator.release()
  }
  await expectSoundBooks(world.workspaceId)
})
