import { createHash, randomUUID } from 'node:crypto'
import http from 'node:http'
import pg from 'pg'
import { pool } from '../server/core/db'
import { env } from '../server/core/env'
import { createTestAgent, createTestWorkspace, type TestAgent } from '../test/harness/factories'
import type { BenchRow } from './bench-row'
import { CONNECTIONS, callAsEach, type Measured, measureInRounds, ratioOf, wordsOf } from './rounds'
import { post, startRestServer } from './start-rest-server'

const AGENTS = 1_000
// As often each agent charges before anything is measured: callers, quotas, connections and plans are there, and the code is compiled.
const WARM_UPS = 3

type Charger = TestAgent & { tokenId: string }
type ChargeOnce = (agent: Charger) => Promise<void>

/**
 * Charges through HTTP with authentication, on one hot agent and on a thousand, beside the bare statement on a thousand agents
 * and the bare statement straight to the row lock of one, in alternating rounds.
 */
export async function benchCharges(): Promise<BenchRow[]> {
  const agents = await createChargers()
  const hot = agents.slice(0, 1)
  const server = await startRestServer({ name: 'charges' })
  const connections = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const overHttp: ChargeOnce = ({ headers }) =>
    post({
      port: server.port,
      connections,
      path: '/api/v1/balance/charge',
      headers: { ...headers, 'idempotency-key': randomUUID() },
      body: BODY,
      status: 200,
    })
  const direct = new pg.Pool({ connectionString: env().DATABASE_URL, max: CONNECTIONS })
  const bare: ChargeOnce = (agent) => chargeBare(direct, agent)
  try {
    for (let time = 0; time < WARM_UPS; time += 1) {
      for (const call of [bare, overHttp]) await callAsEach({ call, of: agents })
    }
    return rowsOf(
      await measureInRounds({
        bare: { call: bare, of: agents },
        spread: { call: overHttp, of: agents },
        hot: { call: overHttp, of: hot },
        naive: { call: bare, of: hot },
      }),
    )
  } finally {
    connections.destroy()
    await direct.end()
    await server.stop()
  }
}

function rowsOf({
  bare,
  spread,
  hot,
  naive,
}: Record<'bare' | 'spread' | 'hot' | 'naive', Measured>): BenchRow[] {
  const [httpToBare, hotToSpread] = [ratioOf(spread.rate, bare.rate), ratioOf(hot.rate, spread.rate)]
  const [hotToNaive, slowest] = [ratioOf(hot.rate, naive.rate), ratioOf(hot.p99, spread.p99)]
  return [
    {
      name: `charges over HTTP on ${AGENTS} agents, beside the bare statement`,
      measured: `${wordsOf(spread)}, ${httpToBare.toFixed(2)} of bare`,
      limit: wordsOf(bare),
      goal: '≥ 0.6 of bare',
      isMet: httpToBare >= 0.6,
    },
    {
      name: `charges over HTTP on one hot agent, beside ${AGENTS}`,
      measured: `${wordsOf(hot)}, ${hotToSpread.toFixed(2)} of spread, p99 ${slowest.toFixed(1)} times`,
      limit: wordsOf(spread),
      goal: '≥ 0.7 of spread, p99 ≤ 3 times',
      isMet: hotToSpread >= 0.7 && slowest <= 3,
    },
    {
      name: 'charges over HTTP on one hot agent, beside its row lock',
      measured: `${wordsOf(hot)}, ${hotToNaive.toFixed(2)} times the row lock`,
      limit: wordsOf(naive),
      goal: '≥ 1 times the row lock without HTTP',
      isMet: hotToNaive >= 1,
    },
  ]
}

async function createChargers(): Promise<Charger[]> {
  const { id: workspaceId } = await createTestWorkspace()
  const agents = await Promise.all(Array.from({ length: AGENTS }, () => createTestAgent({ workspaceId })))
  await pool().query(
    `select ledger_credit_agent(id, ledger_account('receive_address', 'bench'), 1000000000000, 'deposit', 'deposit:' || id) from agents`,
  )
  const { rows } = await pool().query<{ agentId: string; tokenId: string }>(
    'select agent_id as "agentId", id as "tokenId" from agent_tokens',
  )
  const tokens = new Map(rows.map(({ agentId, tokenId }) => [agentId, tokenId]))
  // Statistics as a database has them that has run for a while.
  await pool().query('analyze')
  return agents.map((agent) => ({ ...agent, tokenId: tokens.get(agent.agentId) ?? '' }))
}

const hash = createHash('sha256').update('bench').digest()

/** The statement of one charge, from this process straight to PostgreSQL. */
async function chargeBare(direct: pg.Pool, { agentId, tokenId, workspaceId }: Charger): Promise<void> {
  const { rows } = await direct.query<{ outcome: string }>({
    name: 'bench_charge',
    text: 'select * from balance_charge_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    values: [
      agentId,
      [tokenId],
      ['1'],
      ['bench'],
      [null],
      [workspaceId],
      [null],
      [`bench ${randomUUID()}`],
      [hash],
      [null],
    ],
  })
  if (rows[0]?.outcome !== 'charged') throw new Error(`a bare charge was ${rows[0]?.outcome}`)
}

const BODY = JSON.stringify({ amount_usd: 0.000001, reference: 'bench' })
