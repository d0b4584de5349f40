import { fork } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import pg from 'pg'
import { closeDatabase, pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { insertBulkPayouts } from '../test/harness/bulk-payouts'
import { openChain } from '../test/harness/chain'
import { type BenchRow, percentile } from './bench-row'
import { createOverHttp, createPayers, fundWallets, type Payer } from './payout-payers'
import {
  alternate,
  callAsEach,
  type Measured,
  measureARound,
  measuredOf,
  ROUNDS,
  ratioOf,
  wordsOf,
} from './rounds'
import { startRestServer } from './start-rest-server'

const MANDATES = 1_000
const OLD = 1_000_000
const AGED = 'bench_aged'
const CASES = 3
const WARM_UPS = 3
const ROUND_MINUTES = 1.5 / 60

/**
 * Payouts created over HTTP beside a million old ones while a worker is at half load, and while it rests, beside the same in a database
 * where nothing is old and nobody works. The rounds share `minutes`.
 */
export async function benchPayoutCreatesAged({
  minutes = ROUNDS * CASES * ROUND_MINUTES,
}: {
  minutes?: number | undefined
}): Promise<BenchRow[]> {
  await pool().query('truncate payouts cascade')
  const { spread } = await createPayers(MANDATES)
  await fundWallets(openChain())
  const databaseUrl = await cloneDatabase()
  const aged = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const connections = new http.Agent({ keepAlive: true })
  const empty = await startRestServer({ name: 'payouts-empty' })
  const full = await startRestServer({ name: 'payouts-aged', environment: { DATABASE_URL: databaseUrl } })
  const [payer] = spread
  if (!payer) throw new Error('nobody to pay')
  await insertBulkPayouts({ database: aged, ...payer, from: 1, to: OLD, newest: OLD, failsEach: 10 })
  await aged.query('vacuum analyze payouts')
  const worker = await startHalfLoadedWorker(databaseUrl)
  try {
    const inEmpty = { call: createOverHttp(connections, () => empty.port), of: spread }
    const inAged = { call: createOverHttp(connections, () => full.port), of: spread }
    for (let time = 0; time < WARM_UPS; time += 1) {
      for (const { call } of [inEmpty, inAged]) await callAsEach<Payer>({ call, of: spread })
    }
    await Promise.all([pool(), aged].map((database) => database.query('analyze')))
    const milliseconds = (minutes * 60_000) / (ROUNDS * CASES)
    const moves: number[] = []
    const rounds = await alternate({
      empty: () => measureARound(inEmpty, milliseconds),
      resting: () => measureARound(inAged, milliseconds),
      working: async () => {
        const before = await countMoves(aged)
        await worker.tell('work')
        const round = await measureARound(inAged, milliseconds)
        moves.push(((await countMoves(aged)) - before) / (milliseconds / 1000))
        await worker.tell('rest')
        return round
      },
    })
    const [none, resting, working] = [rounds.empty, rounds.resting, rounds.working].map(measuredOf)
    if (!none || !resting || !working) throw new Error('nothing was measured')
    return [rowOf({ none, resting, working, moves: percentile(moves, 0.5) })]
  } finally {
    await worker.stop()
    connections.destroy()
    await Promise.all([empty.stop(), full.stop(), aged.end()])
    await pool().query(`drop database ${AGED} with (force)`)
  }
}

type Found = { none: Measured; resting: Measured; working: Measured; moves: number }

function rowOf({ none, resting, working, moves }: Found): BenchRow {
  const [rate, slowest] = [ratioOf(working.rate, none.rate), ratioOf(working.p99, none.p99)]
  const [atRest, slowestAtRest] = [ratioOf(resting.rate, none.rate), ratioOf(resting.p99, none.p99)]
  const times = `${rate.toFixed(2)} of empty, p99 ${slowest.toFixed(1)} times`
  return {
    name: `payouts over HTTP beside ${OLD.toLocaleString('en')} old ones and a worker at half load, beside empty tables`,
    measured: `${wordsOf(working)}, ${times}, ${Math.round(moves)} moves/s by the worker; at rest ${atRest.toFixed(2)}, p99 ${slowestAtRest.toFixed(1)} times`,
    limit: wordsOf(none),
    goal: '≥ 0.8 of empty, p99 ≤ 1.5 times',
    isMet: rate >= 0.8 && slowest <= 1.5,
  }
}

/** A database with the same agents and mandates: a template may have no connections. */
async function cloneDatabase(): Promise<string> {
  const { pathname } = new URL(env().DATABASE_URL)
  const url = (name: string) => Object.assign(new URL(env().DATABASE_URL), { pathname: name }).toString()
  await closeDatabase()
  const admin = new pg.Client({ connectionString: url('/template1') })
  await admin.connect()
  await admin.query(`create database ${AGED} template ${pathname.slice(1)}`)
  await admin.end()
  return url(`/${AGED}`)
}

async function countMoves(aged: pg.Pool): Promise<number> {
  const { rows } = await aged.query<{ n: number }>(
    `select count(*)::int as n from payout_transitions where actor = 'worker'`,
  )
  return rows[0]?.n ?? 0
}

async function startHalfLoadedWorker(databaseUrl: string) {
  const child = fork(path.join(import.meta.dirname, 'half-loaded-worker.ts'), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, DATABASE_URL: databaseUrl },
  })
  const exited = once(child, 'exit')
  const heard = () =>
    Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error('the worker ended')))])
  await heard()
  return {
    tell: async (what: 'work' | 'rest') => {
      const answer = heard()
      child.send(what)
      await answer
    },
    stop: async () => {
      child.disconnect()
      await exited
    },
  }
}
