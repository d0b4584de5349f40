import { randomUUID } from 'node:crypto'
import http from 'node:http'
import pg from 'pg'
import { payoutInput } from '../domain/payout'
import { pool } from '../server/core/db'
import { env } from '../server/core/env'
import { createBarePayout } from '../test/harness/bare-payouts'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '../test/harness/factories'
import type { BenchRow } from './bench-row'
import { CONNECTIONS, callAsEach, type Measured, measureInRounds, ratioOf, wordsOf } from './rounds'
import { post, startRestServer } from './start-rest-server'

const MANDATES = 1_000
// As often each creates before anything is measured: callers, quotas, connections and plans are there, and the code is compiled.
const WARM_UPS = 3
const ENOUGH = 10n ** 30n

type Payer = TestAgent & { tokenId: string; mandateId: string }
type CreateOnce = (payer: Payer) => Promise<void>
const schema = payoutInput({ minAmount: 1n })

/**
 * Payouts created through HTTP with authentication: on one hot mandate, on a thousand of a thousand agents and on a thousand of
 * one agent, beside the bare statement on the thousand and the bare statement straight to the row lock of one mandate.
 */
export async function benchPayoutCreates(): Promise<BenchRow[]> {
  const { spread, ofOne } = await createPayers()
  const hot = spread.slice(0, 1)
  const server = await startRestServer({ name: 'payout-creates' })
  const connections = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const overHttp: CreateOnce = ({ headers, mandateId }) => {
    const body = JSON.stringify(bodyOf(mandateId))
    return post({ port: server.port, connections, path: '/api/payouts', headers, body, status: 201 })
  }
  const direct = new pg.Pool({ connectionString: env().DATABASE_URL, max: CONNECTIONS })
  const bare: CreateOnce = async (payer) => {
    const { outcome } = await createBarePayout(direct, payer, schema.parse(bodyOf(payer.mandateId)))
    if (outcome !== 'created') throw new Error(`a bare payout was ${outcome}`)
  }
  try {
    for (let time = 0; time < WARM_UPS; time += 1) {
      for (const call of [bare, overHttp]) await callAsEach({ call, of: spread })
    }
    return rowsOf(
      await measureInRounds({
        bare: { call: bare, of: spread },
        spread: { call: overHttp, of: spread },
        ofOne: { call: overHttp, of: ofOne },
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

const bodyOf = (mandateId: string) => ({
  payoutId: `po_${randomUUID()}`,
  toAddress: '0x1234567890abcdef1234567890abcdef12345678',
  amount: '1000000',
  mandateId,
  description: 'Refund for order #001',
})

function rowsOf(measured: Record<'bare' | 'spread' | 'ofOne' | 'hot' | 'naive', Measured>): BenchRow[] {
  const { bare, spread, ofOne, hot, naive } = measured
  const [httpToBare, slowest] = [ratioOf(spread.rate, bare.rate), ratioOf(spread.p99, bare.p99)]
  const [ofOneToBare, hotToNaive] = [ratioOf(ofOne.rate, bare.rate), ratioOf(hot.rate, naive.rate)]
  const hotSlowest = ratioOf(hot.p99, naive.p99)
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
      name: 'payouts over HTTP on one hot mandate, beside its row lock',
      measured: `${wordsOf(hot)}, ${hotToNaive.toFixed(1)} times the row lock, p99 ${hotSlowest.toFixed(2)} of it`,
      limit: wordsOf(naive),
      goal: '≥ 4 times the row lock without HTTP, p99 ≤ 0.3 of it',
      isMet: hotToNaive >= 4 && hotSlowest <= 0.3,
    },
  ]
}

/** A thousand agents with a mandate each, and a thousand mandates of one agent more. */
async function createPayers(): Promise<{ spread: Payer[]; ofOne: Payer[] }> {
  const { id: workspaceId } = await createTestWorkspace()
  const agents = await Promise.all(Array.from({ length: MANDATES }, () => createTestAgent({ workspaceId })))
  const only = await createTestAgent({ workspaceId })
  const { rows } = await pool().query<{ agentId: string; tokenId: string }>(
    'select agent_id as "agentId", id as "tokenId" from agent_tokens',
  )
  const tokens = new Map(rows.map(({ agentId, tokenId }) => [agentId, tokenId]))
  const withMandate = async (agent: TestAgent): Promise<Payer> => ({
    ...agent,
    tokenId: tokens.get(agent.agentId) ?? '',
    mandateId: await createTestMandate(agent, { limitAmount: ENOUGH }),
  })
  const spread = await Promise.all(agents.map(withMandate))
  const ofOne = await Promise.all(agents.map(() => withMandate(only)))
  // Statistics as a database has them that has run for a while.
  await pool().query('analyze')
  return { spread, ofOne }
}
