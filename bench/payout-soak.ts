import fs from 'node:fs'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { pool } from '@/server/core/db'
import { LEASE_SECONDS } from '@/server/payout-execution/advance-payouts'
import { openChain } from '../test/harness/chain'
import { until } from '../test/harness/until'
import { authorizePayouts } from './authorized-payouts'
import { type BenchRow, percentile } from './bench-row'
import { createOverHttp, createPayers, fundWallets, type Payer, repeatOverHttp } from './payout-payers'
import { callAsEach } from './rounds'
import type { Stack } from './stack'
import { startRestServer } from './start-rest-server'
import { startWorkers, type Workers } from './start-workers'

const MANDATES = 50
const WORKERS = 2
/** A tick is one new payout and some repeats of known ones: little enough that workers keep up, much that requests leave traces. */
const TICK_MILLISECONDS = 50
const REPEATS = 9
const FIRST_MARK_SECONDS = 60
/** A mark is the median of what was read in the seconds before it: one reading tells more of the collector than of a leak. */
const MARK_SECONDS = 15
const BURST = 500
const PATIENCE_SECONDS = 120

/**
 * Whole workers and a server under steady load for some minutes: their memory at the end beside a minute after the start; then the time
 * from `kill -9` of all workers, and from a crashed PostgreSQL that is back, to the first payouts.
 */
export async function benchPayoutSoak({
  stack,
  minutes = 2,
}: {
  stack: Stack
  minutes?: number | undefined
}): Promise<BenchRow[]> {
  await pool().query('truncate payouts cascade')
  const { spread } = await createPayers(MANDATES)
  const chain = openChain()
  await fundWallets(chain)
  await chain.client.setAutomine(false)
  await chain.client.setIntervalMining({ interval: 1 })
  const connections = new http.Agent({ keepAlive: true })
  const server = await startRestServer({ name: 'soak' })
  const scene: Scene = { spread, connections, port: server.port, workers: startWorkers(WORKERS) }
  try {
    const memory = await measureMemory(scene, { pids: [server.pid, ...scene.workers.pids], minutes })
    return [memory, await measureKill(scene), await measureRestart(scene, stack)]
  } finally {
    await scene.workers.stop()
    connections.destroy()
    await server.stop()
    await chain.client.setIntervalMining({ interval: 0 })
    await chain.client.setAutomine(true)
  }
}

type Scene = { spread: readonly Payer[]; connections: http.Agent; port: number; workers: Workers }

async function measureMemory(
  { spread, connections, port }: Scene,
  { pids, minutes }: { pids: readonly number[]; minutes: number },
): Promise<BenchRow> {
  const create = createOverHttp(connections, () => port)
  const repeat = repeatOverHttp(connections, port, 200)
  await callAsEach({ call: repeatOverHttp(connections, port, 201), of: spread })
  await firstBroadcastSince(new Date(0))
  const readings: number[][] = []
  const seconds = minutes * 60
  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 1000
  for (let tick = 0; elapsed() < seconds; tick += 1) {
    const payers = Array.from({ length: 1 + REPEATS }, (_, at) => spread[(tick + at) % spread.length])
    await Promise.all(payers.map((payer, at) => payer && (at === 0 ? create(payer) : repeat(payer))))
    if (elapsed() >= readings.length) readings.push(pids.map(residentMegabytes))
    await sleep(Math.max(0, (tick + 1) * TICK_MILLISECONDS - elapsed() * 1000))
  }
  const markAt = (second: number) =>
    pids.map((_, of) =>
      percentile(
        readings
          .slice(Math.max(0, second - MARK_SECONDS), second)
          .map((reading) => reading[of] ?? Number.NaN),
        0.5,
      ),
    )
  const [first, last] = [markAt(FIRST_MARK_SECONDS), markAt(readings.length)]
  const growth = Math.max(...last.map((value, of) => value / (first[of] ?? Number.NaN)))
  const wordsOf = (values: readonly number[]) => values.map((value) => Math.round(value)).join(', ')
  return {
    name: `memory of server and ${WORKERS} workers after ${minutes} minutes of load, beside after one`,
    measured: `${wordsOf(last)} MB, at most ${growth.toFixed(2)} times`,
    limit: `${wordsOf(first)} MB`,
    goal: '≤ 1.3 times',
    isMet: growth <= 1.3,
  }
}

function residentMegabytes(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) / 1024
}

/** When the first payout was broadcast after this moment; database and benchmark share the machine's clock. */
async function firstBroadcastSince(moment: Date): Promise<Date> {
  return until(
    'a payout is broadcast',
    async () => {
      const { rows } = await pool().query<{ at: Date | null }>(
        `select min(at) as at from payout_transitions where to_status = 'succeeded' and at > $1`,
        [moment],
      )
      return rows[0]?.at
    },
    PATIENCE_SECONDS,
  )
}

const secondsBetween = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000

async function measureKill(scene: Scene): Promise<BenchRow> {
  const [payer] = scene.spread
  if (!payer) throw new Error('nobody to pay')
  await authorizePayouts(payer, BURST)
  const countHeld = `select id, lease_version as version from payouts where lease_until > now()`
  await until('workers are at it', async () => ((await pool().query(countHeld)).rowCount ?? 0) > 0)
  const killedAt = new Date()
  await scene.workers.kill()
  const { rows: held } = await pool().query<{ id: string; version: number }>(countHeld)
  scene.workers = startWorkers(WORKERS)
  const first = secondsBetween(killedAt, await firstBroadcastSince(new Date()))
  await until(
    'what the dead have held is taken up',
    async () => {
      const { rowCount } = await pool().query(
        `select 1 from payouts p join unnest($1::uuid[], $2::integer[]) h(id, version) on h.id = p.id and h.version = p.lease_version
           where p.finalized_at is null limit 1`,
        [held.map(({ id }) => id), held.map(({ version }) => version)],
      )
      return rowCount === 0
    },
    PATIENCE_SECONDS,
  )
  const taken = secondsBetween(killedAt, new Date())
  const { rows } = await pool().query<{ at: Date }>(
    `select min(started_at) as at from process_heartbeats where kind = 'worker' and started_at > $1`,
    [killedAt],
  )
  const up = secondsBetween(killedAt, rows[0]?.at ?? new Date(Number.NaN))
  return {
    name: 'first payout after kill -9 of all workers, which start again at once',
    measured: `${first.toFixed(1)} s; all ${held.length} that they held are taken up after ${taken.toFixed(1)} s`,
    limit: `lease ${LEASE_SECONDS} s; the first worker is up after ${up.toFixed(1)} s`,
    goal: '≤ 1.5 times the lease, both',
    isMet: Math.max(first, taken) <= 1.5 * LEASE_SECONDS,
  }
}

async function measureRestart({ spread, connections, port }: Scene, stack: Stack): Promise<BenchRow> {
  const [payer] = spread
  if (!payer) throw new Error('nobody to pay')
  const create = createOverHttp(connections, () => port)
  const stoppedAt = new Date()
  await stack.restartPostgres()
  const backAt = new Date()
  await until('a payout is taken', () =>
    create(payer).then(
      () => true,
      () => false,
    ),
  )
  const taken = secondsBetween(backAt, new Date())
  const broadcast = secondsBetween(backAt, await firstBroadcastSince(backAt))
  return {
    name: 'first payout after PostgreSQL is back from a crash',
    measured: `taken after ${taken.toFixed(1)} s, broadcast after ${broadcast.toFixed(1)} s`,
    limit: `PostgreSQL itself ${secondsBetween(stoppedAt, backAt).toFixed(1)} s`,
    goal: '≤ 2 s, both',
    isMet: Math.max(taken, broadcast) <= 2,
  }
}
