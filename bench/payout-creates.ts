import http from 'node:http'
import pg from 'pg'
import { pool } from '../server/core/db'
import { env } from '../server/core/env'
import type { BenchRow } from './bench-row'
import { createBare, createOverHttp, createPayers, repeatOverHttp } from './payout-payers'
import { callAsEach, type Measured, measureInRounds, ratioOf, wordsOf } from './rounds'
import { startRestServer } from './start-rest-server'

const MANDATES = 1_000
const MANY_CLIENTS = 128
// As often each creates before anything is measured: callers, quotas, connections and plans are there, and the code is compiled.
const WARM_UPS = 3

/**
 * Payouts created through HTTP with authentication: on one hot mandate, on a thousand of a thousand agents and on a thousand of
 * one agent, beside the bare statement on the thousand and the bare statement straight to the row lock of one mandate; and
 * repeats of what was created before.
 */
export async function benchPayoutCreates(): Promise<BenchRow[]> {
  const { spread, ofOne } = await createPayers(MANDATES)
  const hot = spread.slice(0, 1)
  const server = await startRestServer({ name: 'payout-creates' })
  const connections = new http.Agent({ keepAlive: true, maxSockets: MANY_CLIENTS })
  const overHttp = createOverHttp(connections, () => server.port)
  const repeated = repeatOverHttp(connections, server.port, 200)
  const direct = new pg.Pool({ connectionString: env().DATABASE_URL, max: MANY_CLIENTS })
  const bare = createBare(direct)
  try {
    await callAsEach({ call: repeatOverHttp(connections, server.port, 201), of: spread })
    for (let time = 0; time < WARM_UPS; time += 1) {
      for (const call of [bare, overHttp]) await callAsEach({ call, of: spread })
    }
    // Statistics as a database has them that has run for a while.
    await pool().query('analyze')
    return rowsOf(
      await measureInRounds({
        bare: { call: bare, of: spread },
        spread: { call: overHttp, of: spread },
        ofOne: { call: overHttp, of: ofOne },
        repeats: { call: repeated, of: spread },
        hot: { call: overHttp, of: hot },
        naive: { call: bare, of: hot },
        hotOfMany: { call: overHttp, of: hot, clients: MANY_CLIENTS },
        naiveOfMany: { call: bare, of: hot, clients: MANY_CLIENTS },
      }),
    )
  } finally {
    connections.destroy()
    await direct.end()
    await server.stop()
  }
}

type Name = 'bare' | 'spread' | 'ofOne' | 'repeats' | 'hot' | 'naive' | 'hotOfMany' | 'naiveOfMany'

function rowsOf(measured: Record<Name, Measured>): BenchRow[] {
  const { bare, spread, ofOne, repeats, hot, naive, hotOfMany, naiveOfMany } = measured
  const [httpToBare, slowest] = [ratioOf(spread.rate, bare.rate), ratioOf(spread.p99, bare.p99)]
  const [ofOneToBare, repeatsToSpread] = [ratioOf(ofOne.rate, bare.rate), ratioOf(repeats.rate, spread.rate)]
  return [
    {
      name: `payouts over HTTP on ${MANDATES} mandates and agents, beside the bare statement`,
      measured: `${wordsOf(spread)}, ${httpToBare.toFixed(2)} of bare, p99 ${slowest.toFixed(1)} times`,
      limit: wordsOf(bare),
      goal: '≥ 0.6 of bare, p99 ≤ 2 times',
      isMet: httpToBare >= 0.6 && slowest <= 2,
    },
    {
      name: `payouts over HTTP on ${MANDATES} mandates of one agent, beside the bare statement`,
      measured: `${wordsOf(ofOne)}, ${ofOneToBare.toFixed(2)} of bare`,
      limit: wordsOf(bare),
      goal: '≥ 0.6 of bare',
      isMet: ofOneToBare >= 0.6,
    },
    {
      name: `repeats of payouts over HTTP, beside creation on ${MANDATES} mandates and agents`,
      measured: `${wordsOf(repeats)}, ${repeatsToSpread.toFixed(2)} times creation`,
      limit: wordsOf(spread),
      goal: '≥ 1.5 times creation',
      isMet: repeatsToSpread >= 1.5,
    },
    hotRowOf({ clients: 32, hot, naive, goal: 4 }),
    hotRowOf({ clients: MANY_CLIENTS, hot: hotOfMany, naive: naiveOfMany, goal: 6 }),
  ]
}

type HotRow = { clients: number; hot: Measured; naive: Measured; goal: number }

function hotRowOf({ clients, hot, naive, goal }: HotRow): BenchRow {
  const [times, slowest] = [ratioOf(hot.rate, naive.rate), ratioOf(hot.p99, naive.p99)]
  return {
    name: `payouts over HTTP on one hot mandate by ${clients} clients, beside its row lock`,
    measured: `${wordsOf(hot)}, ${times.toFixed(1)} times the row lock, p99 ${slowest.toFixed(2)} of it`,
    limit: wordsOf(naive),
    goal: `≥ ${goal} times the row lock without HTTP, p99 ≤ 0.3 of it`,
    isMet: times >= goal && slowest <= 0.3,
  }
}
