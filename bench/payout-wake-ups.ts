import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Runner, runMigrations } from 'graphile-worker'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { wakeWorker } from '@/server/core/wake-worker'
import { startJobs } from '@/server/worker/start-jobs'
import { openChain } from '../test/harness/chain'
import { until } from '../test/harness/until'
import { authorizePayouts, openRelayedPayer, type WorkspacePayer } from './authorized-payouts'
import { BARE_SCHEMA, startBareRunner } from './bare-runner'
import { type BenchRow, percentile } from './bench-row'

const TIMES = 200
const WARM_UPS = 10
// What a worker's own runner has.
const [CONCURRENCY, CONNECTIONS] = [3, 4]
/** Longer than wake-ups of one process are held together. */
const PAUSE_MILLISECONDS = 30

/**
 * Milliseconds from the commit that authorizes a payout to the start of the worker's round and to the payout's claim, in turn with those from
 * the addition of a job to its start by a graphile-worker of the same process. The sweep is off: whatever starts was woken.
 */
export async function benchPayoutWakeUps(): Promise<BenchRow[]> {
  const payer = await openRelayedPayer(openChain())
  await noteClaims()
  // A runner stops when it hears that tables were migrated, be they of another schema.
  for (const schema of ['graphile_worker', BARE_SCHEMA]) {
    await runMigrations({ connectionString: env().DATABASE_URL, schema })
  }
  const jobs = await startJobs()
  const bare = await startBareRunner({
    ...{ concurrency: CONCURRENCY, connections: CONNECTIONS },
    taskList: { nothing: () => {} },
  })
  const [rounds, claims, single]: number[][] = [[], [], []]
  try {
    for (let time = -WARM_UPS; time < TIMES; time += 1) {
      const { round, claim } = await wakeOnce(jobs, payer)
      const job = await runOneJob(bare)
      if (time < 0) continue
      rounds?.push(round)
      claims?.push(claim)
      single?.push(job)
    }
  } finally {
    await jobs.stop()
    await bare.stop()
    await pool().query(
      'drop trigger bench_note_claim on payouts; drop function bench_note_claim; drop table bench_claims',
    )
  }
  return [rowOf({ rounds: rounds ?? [], claims: claims ?? [], single: single ?? [] })]
}

function rowOf({ rounds, claims, single }: Record<'rounds' | 'claims' | 'single', number[]>): BenchRow {
  const at = (share: number) => percentile(rounds, share) / percentile(single, share)
  const wordsOf = (values: number[]) =>
    `p50 ${percentile(values, 0.5).toFixed(1)} ms, p99 ${percentile(values, 0.99).toFixed(1)} ms`
  return {
    name: 'commit of a payout to the start of the round over it, beside a job of graphile-worker',
    measured: `${wordsOf(rounds)}, ${at(0.5).toFixed(2)} and ${at(0.99).toFixed(2)} times; claimed ${wordsOf(claims)}`,
    limit: wordsOf(single),
    goal: 'p50 ≤ 1.2 times, p99 ≤ 1.5 times',
    isMet: at(0.5) <= 1.2 && at(0.99) <= 1.5,
  }
}

/** When each payout is first leased, by the database's clock: the machine's, as this process's is. */
async function noteClaims(): Promise<void> {
  await pool().query(
    `create table bench_claims (at timestamptz not null);
     create function bench_note_claim() returns trigger language plpgsql as $$
       begin insert into bench_claims values (clock_timestamp()); return null; end $$;
     create trigger bench_note_claim after update on payouts for each row
       when (old.lease_version = 0 and new.lease_version = 1) execute function bench_note_claim()`,
  )
}

const now = () => performance.timeOrigin + performance.now()

async function startOf(runner: Runner): Promise<number> {
  await once(runner.events, 'job:start')
  return now()
}

async function wakeOnce(jobs: Runner, payer: WorkspacePayer): Promise<{ round: number; claim: number }> {
  await authorizePayouts(payer, 1)
  const started = startOf(jobs)
  const committedAt = now()
  wakeWorker('advance-payouts')
  const startedAt = await started
  await until('the payout is broadcast', async () => {
    const { rows } = await pool().query(
      `select 1 from payouts where status in ('authorized', 'signing', 'signed', 'broadcasting') or lease_until is not null`,
    )
    return rows.length === 0
  })
  const { rows } = await pool().query<{ at: number }>(
    'select extract(epoch from max(at))::float8 * 1000 as at from bench_claims',
  )
  await sleep(PAUSE_MILLISECONDS)
  return { round: startedAt - committedAt, claim: (rows[0]?.at ?? Number.NaN) - committedAt }
}

async function runOneJob(bare: Runner): Promise<number> {
  const started = startOf(bare)
  const addedAt = now()
  await pool().query(`select 1 from ${BARE_SCHEMA}.add_job('nothing', max_attempts => 1)`)
  const startedAt = await started
  await sleep(PAUSE_MILLISECONDS)
  return startedAt - addedAt
}
