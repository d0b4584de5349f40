import { once } from 'node:events'
import { Logger, run } from 'graphile-worker'
import { afterEach, expect, test, vi } from 'vitest'
import { until } from '@/test/harness/until'
import { pool } from './db'
import { env } from './env'
import { wakeWorker } from './wake-worker'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function startRunner(onRound: () => Promise<void>) {
  const runner = await run({
    connectionString: env().DATABASE_URL,
    schema: 'graphile_worker',
    maxPoolSize: 3,
    concurrency: 1,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: { 'advance-payouts': onRound },
  })
  const listening = once(runner.events, 'pool:listen:success')
  stops.push(() => runner.stop())
  await listening
}

test('without a worker’s tables a wake-up changes nothing and throws nothing; with a worker it starts a round', async () => {
  const { rows } = await pool().query(`select to_regnamespace('graphile_worker') as schema`)
  expect(rows).toEqual([{ schema: null }])
  wakeWorker('advance-payouts')
  await pool().query('select 1')
  let rounds = 0
  await startRunner(async () => {
    rounds += 1
  })
  // The first call learnt that nobody listens and keeps quiet for a while.
  const { wakeWorker: wakeAfresh } = await importAfresh()
  for (let n = 0; n < 500; n += 1) wakeAfresh('advance-payouts')
  await until('a round was run and no job is left', async () => {
    const { rowCount } = await pool().query('select 1 from graphile_worker.jobs')
    return rounds > 0 && rowCount === 0
  })
  // The first call, and all others together; on a busy machine the second replaces the first before it runs.
  expect(rounds).toBeLessThanOrEqual(2)
})

function importAfresh() {
  vi.resetModules()
  return import('./wake-worker')
}
