import { afterAll, afterEach, expect, test } from 'vitest'
import { type Fault, startFaultyRpc } from '@/test/harness/faulty-rpc'
import { until } from '@/test/harness/until'

// Blocks that a test replaces must not count as final before: the workers and the checker see finality ten blocks deep.
const FINAL_DEPTH = 10
const PAYOUTS = 8
const node = process.env.RPC_URL ?? ''
const honest = await startFaultyRpc({ target: node, seed: 1, finalDepth: FINAL_DEPTH })
process.env.RPC_URL = honest.url
const { ask, chain, openScene, USDC } = await import('@/test/harness/payout-scene')
const { areAllOver, expectConserved, expectNothingFound, killWorker, startPayoutWorker } = await import(
  '@/test/harness/payout-workers'
)
const { pool } = await import('@/server/core/db')

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
afterAll(() => honest.stop())

/** Two workers behind an endpoint that errs by a seed. */
async function startBehind(seed: number, rate: number, faults: readonly Fault[]) {
  const proxy = await startFaultyRpc({ target: node, seed, rate: 0, faults, finalDepth: FINAL_DEPTH })
  stops.push(() => proxy.stop())
  const workers = [startPayoutWorker({ RPC_URL: proxy.url }), startPayoutWorker({ RPC_URL: proxy.url })]
  for (const worker of workers) stops.push(() => killWorker(worker))
  await Promise.all(workers.map(({ ready }) => ready))
  proxy.set({ rate })
  return proxy
}

/** What a worker waits seconds for before it tries again has passed. */
async function hurry() {
  await pool().query('update payouts set next_try_at = null where next_try_at is not null')
  await pool().query(
    `update relayer_transactions set sent_at = sent_at - interval '6 seconds' where status in ('prepared', 'sent') and sent_at is not null`,
  )
}

const BROKEN: readonly Fault[] = ['too_many_requests', 'bad_gateway', 'cut_body', 'html', 'lost_answer']
const LYING: readonly Fault[] = ['empty_logs', 'missing_log', 'wrong_block_hash', 'stale_head', 'lost_answer']

test.each([
  ['errs at every fifth request', 12, 0.2, BROKEN],
  ['lies about logs and its head at every other request', 13, 0.5, LYING],
] as const)(
  'an endpoint that %s: every payout ends, each is paid once, and nothing is ever out of balance',
  async (_, seed, rate, faults) => {
    await openScene({ funds: 200n * USDC })
    await chain.mine(FINAL_DEPTH + 1)
    const proxy = await startBehind(seed, rate, faults)
    const sumPlayed = () => [...proxy.played.values()].reduce((sum, times) => sum + times, 0)
    const payouts = [await ask()]
    await until(
      'all are over',
      async () => {
        const isAsked = payouts.length >= PAYOUTS && sumPlayed() > 3
        if (!isAsked) payouts.push(await ask())
        await chain.mine(isAsked ? 3 : 1)
        await hurry()
        await expectNothingFound()
        return isAsked && areAllOver(payouts)
      },
      150,
    )
    expect(await expectConserved(payouts)).toEqual({ confirmed: payouts.length })
  },
  200_000,
)

test('a node that takes every transaction and loses every answer: the same bytes are sent again, and each is paid once', async () => {
  await openScene({ funds: 200n * USDC })
  await chain.mine(FINAL_DEPTH + 1)
  const proxy = await startBehind(14, 0, ['lost_answer'])
  proxy.set({ rate: 1, faults: ['lost_answer'], only: 'eth_sendRawTransaction' })
  const payouts = await Promise.all(Array.from({ length: 4 }, () => ask()))
  await until(
    'all are over',
    async () => {
      await chain.mine(3)
      await hurry()
      await expectNothingFound()
      return areAllOver(payouts)
    },
    150,
  )
  expect(proxy.played.get('lost_answer')).toBeGreaterThan(0)
  expect(await expectConserved(payouts)).toEqual({ confirmed: payouts.length })
  const { rows } = await pool().query<{ count: number }>(
    'select count(distinct (relayer, nonce))::integer as count from payout_relays where payout_row_id = any($1::uuid[]) group by payout_row_id',
    [payouts.map(({ id }) => id)],
  )
  expect(rows.every(({ count }) => count === 1)).toBe(true)
}, 200_000)
