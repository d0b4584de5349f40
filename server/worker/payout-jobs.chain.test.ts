import pg from 'pg'
import { afterAll, beforeAll, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { wakeWorker } from '@/server/core/wake-worker'
import { advancePayouts } from '@/server/payout-execution'
import { registerRelayers } from '@/server/relayer'
import { ask, chain, expectPaidOnce, openScene, settle } from '@/test/harness/payout-scene'
import { until } from '@/test/harness/until'
import { startJobs } from './start-jobs'

let jobs: Awaited<ReturnType<typeof startJobs>>
let blocker: pg.Client
beforeAll(async () => {
  await registerRelayers()
  jobs = await startJobs()
  blocker = new pg.Client({ connectionString: env().DATABASE_URL })
  await blocker.connect()
})
afterAll(async () => {
  await blocker.end()
  await jobs.stop()
})

const countJobs = async (task: string) => {
  const { rows } = await pool().query<{ count: number }>(
    'select count(*)::int as count from graphile_worker.jobs where task_identifier = $1',
    [task],
  )
  return rows[0]?.count
}

test('a round over payouts that does not end holds no other job up, however often it is asked for', async () => {
  await openScene()
  const payout = await ask()
  // Rounds stand still at their claim.
  await blocker.query('begin')
  await blocker.query(`select pg_advisory_xact_lock(hashtext('payout_claim_due'))`)
  for (let n = 0; n < 4; n += 1) {
    wakeWorker('advance-payouts')
    await until('it was asked for', async () => (await countJobs('advance-payouts')) === 0, 60)
  }
  await pool().query(`select graphile_worker.add_job('sweep-sign-ins')`)
  await until('another job is done', async () => (await countJobs('sweep-sign-ins')) === 0, 60)
  await blocker.query('commit')
  await advancePayouts()
  await chain.mine(3)
  await settle()
  await expectPaidOnce(payout)
}, 300_000)
