// A chain of its own: one that is reorganised often late in its life loses contract code.
import { afterAll, afterEach, expect, test } from 'vitest'
import { createRandom, type Fault, startFaultyRpc } from '@/test/harness/faulty-rpc'
import { until } from '@/test/harness/until'

// Blocks that a test replaces must not count as final before: the workers see finality ten blocks deep.
const FINAL_DEPTH = 10
const PAYOUTS = 8
const REORGANISATIONS = 8
const SEED = 202
const BROKEN: readonly Fault[] = ['too_many_requests', 'bad_gateway', 'cut_body', 'html', 'lost_answer']
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

/** Two workers behind an endpoint that errs now and then. */
async function startBehind() {
  const proxy = await startFaultyRpc({
    target: node,
    seed: SEED,
    rate: 0,
    faults: BROKEN,
    finalDepth: FINAL_DEPTH,
  })
  stops.push(() => proxy.stop())
  const workers = [startPayoutWorker({ RPC_URL: proxy.url }), startPayoutWorker({ RPC_URL: proxy.url })]
  for (const worker of workers) stops.push(() => killWorker(worker))
  await Promise.all(workers.map(({ ready }) => ready))
  proxy.set({ rate: 0.02 })
}

/** What a worker waits seconds for before it tries again has passed. */
async function hurry() {
  await pool().query('update payouts set next_try_at = null where next_try_at is not null')
  await pool().query(
    `update relayer_transactions set sent_at = sent_at - interval '6 seconds' where status in ('prepared', 'sent') and sent_at is not null`,
  )
}

test('reorganisations of one to five blocks at any time, which drop what they held: each is paid once in the end', async () => {
  await openScene({ funds: 200n * USDC })
  await chain.mine(FINAL_DEPTH + 1)
  // A block of this chain lives for less than a round of a busy worker: to the checker none is final while blocks are replaced.
  honest.set({ finalDepth: 1_000 })
  const random = createRandom(SEED)
  await startBehind()
  const payouts = [await ask()]
  let reorganised = 0
  await until(
    'all are over',
    async () => {
      // One at a time, so that transactions are open, mined and behind others when a block goes.
      if (payouts.length < PAYOUTS) payouts.push(await ask())
      const isQuiet = reorganised >= REORGANISATIONS && payouts.length >= PAYOUTS
      await chain.mine(isQuiet ? 3 : 1)
      await hurry()
      await expectNothingFound()
      if (reorganised < REORGANISATIONS && random() < 0.5) {
        await chain.reorg(1 + Math.floor(random() * 5))
        reorganised += 1
      }
      return isQuiet && areAllOver(payouts)
    },
    200,
  )
  honest.set({ finalDepth: FINAL_DEPTH })
  expect(await expectConserved(payouts)).toEqual({ confirmed: payouts.length })
}, 240_000)
