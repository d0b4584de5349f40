import { afterEach, beforeAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { registerRelayers } from '@/server/relayer'
import { createRandom } from '@/test/harness/faulty-rpc'
import { type AskedPayout, ask, chain, openScene, USDC } from '@/test/harness/payout-scene'
import {
  areAllOver,
  expectConserved,
  expectNothingFound,
  killWorker,
  type PayoutWorker,
  startPayoutWorker,
} from '@/test/harness/payout-workers'
import { until } from '@/test/harness/until'

const WORKERS = 8
const PAYOUTS = 60
const SEED = 20261121

const workers: PayoutWorker[] = []
beforeAll(registerRelayers)
afterEach(async () => {
  await Promise.all(workers.splice(0).map(killWorker))
})

/** As if the seconds had passed after which a stopped worker's lease is over. */
async function outliveLeases() {
  // Locked in the workers' order.
  await pool().query(
    `update payouts set lease_until = now() - interval '1 second' where id in (
       select id from payouts where lease_until > now() order by id for update)`,
  )
}

test(`${WORKERS} workers that are stopped past their leases and wake up again pay each of ${PAYOUTS} payouts once`, async () => {
  await openScene({ funds: 1_000n * USDC })
  await chain.mine(3)
  const random = createRandom(SEED)
  for (let n = 0; n < WORKERS; n += 1) workers.push(startPayoutWorker())
  await Promise.all(workers.map(({ ready }) => ready))
  const payouts: AskedPayout[] = []
  const asking = (async () => {
    while (payouts.length < PAYOUTS)
      payouts.push(...(await Promise.all(Array.from({ length: 10 }, () => ask()))))
  })()
  const asleep = new Set<PayoutWorker>()
  await until(
    'all are over',
    async () => {
      const worker = workers[Math.floor(random() * WORKERS)]
      if (worker && asleep.has(worker)) {
        worker.process.kill('SIGCONT')
        asleep.delete(worker)
      } else if (worker && asleep.size < WORKERS - 2) {
        worker.process.kill('SIGSTOP')
        asleep.add(worker)
      }
      await outliveLeases()
      await chain.mine(1)
      await expectNothingFound()
      return payouts.length >= PAYOUTS && (await areAllOver(payouts))
    },
    240,
  )
  await asking
  for (const worker of asleep) worker.process.kill('SIGCONT')
  await chain.mine(3)
  expect(await expectConserved(payouts)).toEqual({ confirmed: payouts.length })
  const { rows } = await pool().query<{ lost: number }>(
    `select count(*)::integer as lost from relayer_transactions where last_error ilike '%nonce too low%'`,
  )
  expect(rows[0]?.lost).toBeLessThanOrEqual(2)
}, 300_000)
