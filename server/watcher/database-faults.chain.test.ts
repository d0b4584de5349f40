import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { migrate } from '@/scripts/stack/migrate'
import { findPort } from '@/scripts/stack/processes'
import { startPostgres } from '@/scripts/stack/start-postgres'
import { closeDatabase, pool } from '@/server/core/db'
import { reconcilePools, type Watcher } from '@/server/watcher'
import { openChain, testAddress } from '@/test/harness/chain'
import {
  identify,
  readLedger,
  readTruth,
  startTestWatcher,
  trackedBalance,
  untilSynced,
} from '@/test/harness/ledger'
import { until } from '@/test/harness/until'

// A server of its own: the other test files keep theirs while this one goes down.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bursar-test-faults-'))
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
process.env.DATABASE_URL = postgres.urlOf('faults')

const chain = openChain()
const alice = testAddress(1)
const watchers: Watcher[] = []

function watch(): Watcher {
  const watcher = startTestWatcher()
  watchers.push(watcher)
  return watcher
}

beforeAll(async () => {
  await chain.fund(alice, 1_000_000n)
  await chain.approve(alice)
})

afterEach(async () => {
  await Promise.all(watchers.splice(0).map((watcher) => watcher.stop()))
})

afterAll(async () => {
  await closeDatabase()
  await postgres.stop()
  fs.rmSync(folder, { recursive: true, force: true })
})

async function expectTrueLedger() {
  await chain.mine(6)
  const head = await untilSynced()
  const truth = await readTruth({ to: head - 5n })
  expect((await readLedger()).map(identify).sort()).toEqual(truth.map(identify).sort())
  expect(await trackedBalance(alice)).toBe(await chain.poolOf(alice))
  expect(await reconcilePools()).toMatchObject({ type: 'compared', differences: 0 })
}

test.each([
  ['restarted', () => postgres.stop()],
  [
    'killed and started again',
    async () => {
      const ended = new Promise((resolve) => postgres.process.once('exit', resolve))
      postgres.process.kill('SIGKILL')
      await ended
    },
  ],
] as const)(
  'PostgreSQL %s under a running watcher: it goes on by itself and every event is there once',
  async (_, end) => {
    const watcher = watch()
    await chain.deposit(alice, 3n)
    await untilSynced()
    await end()
    await chain.deposit(alice, 5n)
    await chain.mine(3)
    await until('the lost lead is noticed', () => !watcher.isLeader())
    postgres = await startPostgres(settings)
    await chain.deposit(alice, 7n)
    await until('it leads again', () => watcher.isLeader())
    await expectTrueLedger()
  },
  180_000,
)

/** The connection that holds the lead. */
async function findLock(): Promise<number | null> {
  const { rows } = await pool().query<{ pid: number }>(
    `select l.pid from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and a.application_name like '%watcher-lock'`,
  )
  return rows[0]?.pid ?? null
}

test('a leader that loses only its connection gives up the lead, and events are written once by whoever leads next', async () => {
  const both = [watch(), watch()]
  for (let round = 0; round < 5; round += 1) {
    const lost = await until('one holds the lead', findLock)
    await chain.deposit(alice, 2n)
    await pool().query('select pg_terminate_backend($1)', [lost])
    await chain.deposit(alice, 2n)
    await until('another connection holds it', async () => {
      const held = await findLock()
      return held !== null && held !== lost
    })
    await chain.mine(2)
  }
  await until('exactly one leads', () => both.filter((watcher) => watcher.isLeader()).length === 1)
  await expectTrueLedger()
}, 180_000)
