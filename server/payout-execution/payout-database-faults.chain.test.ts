import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, expect, test } from 'vitest'
import { migrate } from '@/scripts/stack/migrate'
import { findPort } from '@/scripts/stack/processes'
import { startPostgres } from '@/scripts/stack/start-postgres'
import { stockTestWallets } from '@/test/harness/managed-wallets'
import { until } from '@/test/harness/until'

// A server of its own: the other test files keep theirs while this one goes down.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bursar-test-payouts-'))
fs.chmodSync(folder, 0o755)
const settings = {
  dataDir: path.join(folder, 'cluster'),
  port: await findPort(0),
  logPath: path.join(folder, 'postgres.log'),
  durable: true,
}
let postgres = await startPostgres(settings)
const admin = new pg.Client({ connectionString: postgres.url })
await admin.connect()
await admin.query('create database faults')
await admin.end()
await migrate(postgres.urlOf('faults'))
await stockTestWallets(postgres.urlOf('faults'))
process.env.DATABASE_URL = postgres.urlOf('faults')

const { closeDatabase, pool } = await import('@/server/core/db')
const { ask, chain, openScene, USDC } = await import('@/test/harness/payout-scene')
const { areAllOver, expectConserved, expectNothingFound, killWorker, startPayoutWorker } = await import(
  '@/test/harness/payout-workers'
)
type Asked = Awaited<ReturnType<typeof ask>>
type Worker = ReturnType<typeof startPayoutWorker>

const workers: Worker[] = []
afterEach(async () => {
  await Promise.all(workers.splice(0).map(killWorker))
})
afterAll(async () => {
  await closeDatabase()
  await postgres.stop()
  fs.rmSync(folder, { recursive: true, force: true })
})

const RESTARTS = 4
const PAYOUTS_EACH = 4
const ENDINGS = [
  () => postgres.stop(),
  async () => {
    const ended = new Promise((resolve) => postgres.process.once('exit', resolve))
    postgres.process.kill('SIGKILL')
    await ended
  },
]

test('PostgreSQL stopped and killed again and again under three workers: they go on by themselves, and each payout is paid once', async () => {
  await openScene({ funds: 500n * USDC })
  await chain.mine(3)
  for (let n = 0; n < 3; n += 1) workers.push(startPayoutWorker())
  await Promise.all(workers.map(({ ready }) => ready))
  const payouts: Asked[] = []
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    for (let n = 0; n < PAYOUTS_EACH; n += 1) payouts.push(await ask())
    await until(
      'some of them move',
      async () => {
        const { rowCount } = await pool().query(
          `select 1 from payouts where id = $1 and status not in ('authorized', 'signing')`,
          [payouts.at(-PAYOUTS_EACH)?.id],
        )
        return rowCount === 1
      },
      60,
    )
    await ENDINGS[restart % ENDINGS.length]?.()
    await chain.mine(1)
    // The processes of one that was killed hold its memory for a moment.
    postgres = await until('it starts again', () => startPostgres(settings).catch(() => null), 60)
    await until(
      'it answers',
      () =>
        pool()
          .query('select 1')
          .then(
            () => true,
            () => false,
          ),
      60,
    )
    await expectNothingFound()
  }
  await until(
    'all are over',
    async () => {
      await chain.mine(3)
      await pool().query(
        'update payouts set next_try_at = null, lease_until = null where lease_until < now()',
      )
      return areAllOver(payouts)
    },
    180,
  )
  expect(workers.every(({ process: child }) => child.exitCode === null && child.signalCode === null)).toBe(
    true,
  )
  expect(await expectConserved(payouts)).toEqual({ confirmed: payouts.length })
}, 300_000)
