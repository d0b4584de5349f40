import pg from 'pg'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import {
  authorizePayouts,
  countPayouts,
  createWorkspacePayer,
  type WorkspacePayer,
} from './authorized-payouts'
import { BARE_SCHEMA, startBareRunner } from './bare-runner'
import { type BenchRow, percentile } from './bench-row'
import { createStubLane, TRANSITIONS } from './payout-transition-lane'
import { alternate, ratePerSecond, ratioOf } from './rounds'

const WORKSPACES = 10
const PAYOUTS = 1_000
// As the worker has it: one round writes while another waits for the database.
const LANES = 2
const JOBS = 2_000
const JOBS_AT_ONCE = 10
const BARE_ROWS = 20_000
const BARE_BATCH = 50
const BARE_LOOPS = 4

/**
 * Payouts from authorized to confirmed and final in batches inside a graphile-worker task, with signatures and answers of a chain made up,
 * beside a loop that leases rows of a bare table and moves each by compare-and-set, and beside graphile-worker's own single jobs.
 */
export async function benchPayoutTransitions(): Promise<BenchRow[]> {
  await pool().query('truncate payouts cascade')
  const payers: WorkspacePayer[] = []
  for (let n = 0; n < WORKSPACES; n += 1) payers.push(await createWorkspacePayer())
  const runner = await startRunner()
  const bare = await openBareLoop()
  try {
    const measures = {
      ours: async () => {
        for (const payer of payers) await authorizePayouts(payer, PAYOUTS / WORKSPACES)
        const before = await countPayouts('confirmed')
        const rate = await ratePerSecond(PAYOUTS * TRANSITIONS, () => runner.runAll('advance', 1))
        const moved = (await countPayouts('confirmed')) - before
        if (moved !== PAYOUTS) throw new Error(`${moved} of ${PAYOUTS} payouts were moved to their end`)
        return rate
      },
      bare: bare.measure,
      graphile: () => ratePerSecond(JOBS, () => runner.runAll('nothing', JOBS)),
    }
    for (const measure of Object.values(measures)) await measure()
    await pool().query('analyze')
    return [rowOf(await alternate(measures))]
  } finally {
    await runner.stop()
    await bare.stop()
  }
}

function rowOf({ ours, bare, graphile }: Record<'ours' | 'bare' | 'graphile', number[]>): BenchRow {
  const [toBare, toGraphile] = [ratioOf(ours, bare), ratioOf(ours, graphile)]
  const perSecond = (rates: number[]) => `${Math.round(percentile(rates, 0.5))}/s`
  return {
    name: 'transitions of payouts without a chain, beside a bare lease and CAS loop and single jobs',
    measured: `${perSecond(ours)}, ${toBare.toFixed(2)} of bare, ${toGraphile.toFixed(1)} times single jobs`,
    limit: `bare ${perSecond(bare)}, graphile-worker ${perSecond(graphile)}`,
    goal: '≥ 0.3 of bare, ≥ 2 times single jobs',
    isMet: toBare >= 0.3 && toGraphile >= 2,
  }
}

/** One runner for both tasks, in a schema of its own. */
async function startRunner() {
  const lanes = await Promise.all(Array.from({ length: LANES }, (_, lane) => createStubLane({ lane })))
  const pending = { jobs: 0, done: () => {} }
  const runner = await startBareRunner({
    concurrency: JOBS_AT_ONCE,
    connections: JOBS_AT_ONCE,
    taskList: {
      advance: async () => {
        await Promise.all(lanes.map((advance) => advance()))
      },
      nothing: () => {},
    },
  })
  runner.events.on('job:complete', ({ error }) => {
    if (error) throw error
    pending.jobs -= 1
    if (pending.jobs === 0) pending.done()
  })
  return {
    stop: () => runner.stop(),
    /** Adds as many jobs of the task in one statement, and waits until all are done. */
    runAll: async (task: 'advance' | 'nothing', jobs: number) => {
      const done = new Promise<void>((resolve) => {
        Object.assign(pending, { jobs, done: resolve })
      })
      await pool().query(
        `select count(${BARE_SCHEMA}.add_job($1, max_attempts => 1)) from generate_series(1, $2)`,
        [task, jobs],
      )
      await done
    },
  }
}

/** The least that a lease and a compare-and-set cost: rows of four columns, two statements for fifty of them. */
async function openBareLoop() {
  const direct = new pg.Pool({ connectionString: env().DATABASE_URL, max: BARE_LOOPS })
  await direct.query(
    `create table bench_leases (id bigserial primary key, status text not null default 'due', lease_until timestamptz,
       lease_version integer not null default 0)`,
  )
  await direct.query(`create index on bench_leases (id) where status = 'due'`)
  const loop = async () => {
    for (;;) {
      const { rows } = await direct.query<{ id: string; version: number }>(
        `update bench_leases set lease_until = now() + interval '20 seconds', lease_version = lease_version + 1
           where id in (select id from bench_leases where status = 'due' and (lease_until is null or lease_until < now())
             order by id limit $1 for update skip locked) returning id, lease_version as version`,
        [BARE_BATCH],
      )
      if (rows.length === 0) return
      await direct.query(
        `update bench_leases l set status = 'done', lease_until = null from unnest($1::bigint[], $2::integer[]) r(id, version)
           where l.id = r.id and l.lease_version = r.version and l.status = 'due'`,
        [rows.map(({ id }) => id), rows.map(({ version }) => version)],
      )
    }
  }
  return {
    measure: async () => {
      await direct.query('truncate bench_leases')
      await direct.query('insert into bench_leases select from generate_series(1, $1)', [BARE_ROWS])
      return ratePerSecond(BARE_ROWS, () => Promise.all(Array.from({ length: BARE_LOOPS }, loop)))
    },
    stop: async () => {
      await direct.query('drop table bench_leases')
      await direct.end()
    },
  }
}
