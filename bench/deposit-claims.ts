import { randomBytes } from 'node:crypto'
import http from 'node:http'
import type { StoredAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { claimObserved } from '@/server/deposits/deposit-repository'
import {
  createTestAgent,
  createTestWorkspace,
  randomAddress,
  type TestAgent,
} from '../test/harness/factories'
import type { BenchRow } from './bench-row'
import { CONNECTIONS, callAsEach, type Measured, measureInRounds, ratioOf, wordsOf } from './rounds'
import { startProcess } from './start-process'
import { post, startRestServer } from './start-rest-server'

const AGENTS = 1_000
const WARM_UPS = 3
const AMOUNT = 1_000_000n
const BLOCK_HASH = `0x${'b1'.repeat(32)}` as const

type Claimer = TestAgent & { wallet: StoredAddress }
type ClaimOnce = (claimer: Claimer) => Promise<void>

/**
 * Deposits claimed and credited by the statement, beside rows with nothing but a unique key, and over HTTP with authentication and a node
 * that answers at once, beside the statement.
 */
export async function benchDepositClaims(): Promise<BenchRow[]> {
  const claimers = await createClaimers()
  const node = await startProcess({ name: 'receipt node', script: 'bench/receipt-node.ts', path: '/' })
  const server = await startRestServer({ name: 'deposit-claims', environment: { RPC_URL: node.url } })
  const connections = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const overHttp: ClaimOnce = (claimer) =>
    post({
      ...{ port: server.port, connections, path: '/api/v1/balance/deposit/claim', status: 200 },
      headers: claimer.headers,
      body: JSON.stringify({ tx_hash: hashOf(claimer), chain_id: env().NETWORK.chainId }),
    })
  await pool().query(
    'create table bench_inserts (reference text primary key, owner text not null, amount numeric not null)',
  )
  try {
    for (let time = 0; time < WARM_UPS; time += 1) {
      for (const call of [insertOnly, claimBare, overHttp]) await callAsEach({ call, of: claimers })
    }
    // Statistics as a database has them that has run for a while.
    await pool().query('analyze')
    return rowsOf(
      await measureInRounds({
        insert: { call: insertOnly, of: claimers },
        bare: { call: claimBare, of: claimers },
        http: { call: overHttp, of: claimers },
      }),
    )
  } finally {
    connections.destroy()
    await server.stop()
    await node.stop()
    await pool().query('drop table bench_inserts')
  }
}

function rowsOf({ insert, bare, http }: Record<'insert' | 'bare' | 'http', Measured>): BenchRow[] {
  const [toInsert, toBare] = [ratioOf(bare.rate, insert.rate), ratioOf(http.rate, bare.rate)]
  return [
    {
      name: `deposit claims credited by the statement on ${AGENTS} agents, beside rows with a unique key`,
      measured: `${wordsOf(bare)}, ${toInsert.toFixed(2)} of insert-only`,
      limit: wordsOf(insert),
      goal: '≥ 0.7 of insert-only',
      isMet: toInsert >= 0.7,
    },
    {
      name: 'deposit claims over HTTP with a node that answers at once, beside the statement',
      measured: `${wordsOf(http)}, ${toBare.toFixed(2)} of bare`,
      limit: wordsOf(bare),
      goal: '≥ 0.5 of bare',
      isMet: toBare >= 0.5,
    },
  ]
}

async function createClaimers(): Promise<Claimer[]> {
  const { id: workspaceId } = await createTestWorkspace()
  return Promise.all(
    Array.from({ length: AGENTS }, async () => {
      const wallet = randomAddress()
      return { ...(await createTestAgent({ workspaceId, wallets: [wallet] })), wallet }
    }),
  )
}

/** Of a transaction that nobody has claimed; bench/receipt-node.ts reads the sender from its end. */
function hashOf({ wallet }: Claimer): `0x${string}` {
  return `0x${randomBytes(12).toString('hex')}${wallet.slice(2)}`
}

const insertOnly: ClaimOnce = async (claimer) => {
  await pool().query('insert into bench_inserts values ($1, $2, $3)', [
    hashOf(claimer),
    claimer.agentId,
    AMOUNT,
  ])
}

const claimBare: ClaimOnce = async (claimer) => {
  const { RECEIVE_ADDRESS = '', USDC_ADDRESS, NETWORK } = env()
  const header = { number: 100n, hash: BLOCK_HASH, parentHash: BLOCK_HASH, timestamp: 1_600_000_000n }
  const log = { position: 0, logIndex: 0, sender: claimer.wallet, amount: AMOUNT, isX402: false }
  const [row] = await claimObserved({
    ...{ chainId: NETWORK.chainId, txHash: hashOf(claimer), receiver: RECEIVE_ADDRESS, asset: USDC_ADDRESS },
    ...{ agentId: claimer.agentId, actor: null, isSeenTwice: false },
    seen: {
      ...{ type: 'mined', isReverted: false, head: 110n, endpoint: 0 },
      ...{ block: { ...header, logsBloom: '0x' }, logs: [log] },
    },
  })
  if (row?.outcome !== 'mine') throw new Error(`a bare claim was ${row?.outcome}`)
}
