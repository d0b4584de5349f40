import { createHash, randomUUID } from 'node:crypto'
import http from 'node:http'
import path from 'node:path'
import pg from 'pg'
import { findPort } from '../scripts/stack/processes'
import { startService } from '../scripts/stack/start-service'
import { pool } from '../server/core/db'
import { env } from '../server/core/env'
import { createTestAgent, createTestWorkspace, type TestAgent } from '../test/harness/factories'
import { until } from '../test/harness/until'
import { type BenchRow, percentile } from './bench-row'

const CONNECTIONS = 32
const AGENTS = 1_000
const ROUNDS = 5
// As often each agent charges before anything is measured: callers, quotas, connections and plans are there, and the code is compiled.
const WARM_UPS = 3
const ROUND_MILLISECONDS = 1_500
const UNLIMITED = '100000000'
const root = path.resolve(import.meta.dirname, '..')

type Charger = TestAgent & { tokenId: string }
type Case = { rate: number[]; p99: number[] }
type ChargeOnce = (agent: Charger) => Promise<void>

/**
 * Charges through HTTP with authentication, on one hot agent and on a thousand, beside the bare statement on a thousand agents
 * and the bare statement straight to the row lock of one, in alternating rounds.
 */
export async function benchCharges(): Promise<BenchRow[]> {
  const agents = await createChargers()
  const [hot] = agents
  if (!hot) throw new Error('no agent was made')
  const server = await startServer()
  const connections = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const overHttp: ChargeOnce = (agent) => chargeOverHttp(server.port, connections, agent)
  const direct = new pg.Pool({ connectionString: env().DATABASE_URL, max: CONNECTIONS })
  const bare: ChargeOnce = (agent) => chargeBare(direct, agent)
  const cases = {
    bare: { charge: bare, of: agents },
    spread: { charge: overHttp, of: agents },
    hot: { charge: overHttp, of: [hot] },
    naive: { charge: bare, of: [hot] },
  }
  const results = { bare: newCase(), spread: newCase(), hot: newCase(), naive: newCase() }
  try {
    for (let time = 0; time < WARM_UPS; time += 1) {
      for (const charge of [bare, overHttp]) await chargeEach(charge, agents)
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of ['bare', 'spread', 'hot', 'naive'] as const) {
        const { rate, p99 } = await chargeForARound(cases[name].charge, cases[name].of)
        results[name].rate.push(rate)
        results[name].p99.push(p99)
      }
    }
  } finally {
    connections.destroy()
    await direct.end()
    await server.stop()
  }
  return rowsOf(results)
}

const newCase = (): Case => ({ rate: [], p99: [] })

function rowsOf({ bare, spread, hot, naive }: Record<'bare' | 'spread' | 'hot' | 'naive', Case>): BenchRow[] {
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

/** The median of the ratios of neighbouring rounds, so that another process on the machine disturbs both sides alike. */
function ratioOf(left: readonly number[], right: readonly number[]): number {
  return percentile(
    left.map((value, round) => value / (right[round] ?? Number.NaN)),
    0.5,
  )
}

function wordsOf({ rate, p99 }: Case): string {
  return `${Math.round(percentile(rate, 0.5))}/s, p99 ${percentile(p99, 0.5).toFixed(1)} ms`
}

async function chargeEach(charge: ChargeOnce, agents: readonly Charger[]): Promise<void> {
  const waiting = [...agents]
  const client = async () => {
    for (let agent = waiting.pop(); agent; agent = waiting.pop()) await charge(agent)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
}

async function chargeForARound(charge: ChargeOnce, agents: readonly Charger[]) {
  const times: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + ROUND_MILLISECONDS
  let next = 0
  const client = async () => {
    while (performance.now() < endsAt) {
      const agent = agents[next++ % agents.length]
      if (!agent) throw new Error('no agent to charge')
      const sentAt = performance.now()
      await charge(agent)
      times.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
  return { rate: times.length / ((performance.now() - startedAt) / 1000), p99: percentile(times, 0.99) }
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

function chargeOverHttp(port: number, agent: http.Agent, { headers }: Charger): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        port,
        host: '127.0.0.1',
        path: '/api/v1/balance/charge',
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': BODY.length,
          'idempotency-key': randomUUID(),
        },
      },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`a charge answered ${response.statusCode}`))
        response.resume()
        response.once('end', resolve)
      },
    )
    request.once('error', reject)
    request.end(BODY)
  })
}

async function startServer() {
  const port = await findPort(0)
  const service = startService({
    name: 'charge server',
    script: 'bench/charge-server.ts',
    environment: {
      NODE_ENV: 'production',
      PROCESS_KIND: 'web',
      PORT: String(port),
      APP_ORIGINS: `http://127.0.0.1:${port}`,
      RATE_LIMIT_ANONYMOUS_PER_MINUTE: UNLIMITED,
      RATE_LIMIT_MONEY_PER_MINUTE: UNLIMITED,
    },
    logPath: path.join(root, '.cache/bench-charges.log'),
    onExit: (name) => process.stderr.write(`${name} ended\n`),
  })
  const isListening = () =>
    fetch(`http://127.0.0.1:${port}/api/health`).then(
      (response) => response.ok,
      () => false,
    )
  await Promise.race([until('the server answers', isListening, 45), service.died])
  return { port, stop: service.stop }
}
