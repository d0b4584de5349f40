import http from 'node:http'
import superjson from 'superjson'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { createTestAgent, createTestMandate, createTestWorkspace } from '../test/harness/factories'
import { authorizePayouts } from './authorized-payouts'
import type { BenchRow } from './bench-row'
import { CONNECTIONS, callAsEach, type Measured, measureInRounds, ratioOf, wordsOf } from './rounds'
import { signIn } from './sign-in'
import { startEmptyNext } from './start-empty-next'
import { post, startRestServer } from './start-rest-server'

const WARM_UPS = 500
const PAYOUTS = 20

type Call = () => Promise<void>

/** What a signed-in person's browser asks of the console by tRPC, a write and a page, beside a Next route handler that does nothing. */
export async function benchConsoleCalls(): Promise<BenchRow[]> {
  const next = await startEmptyNext()
  const server = await startRestServer({ name: 'console' })
  const connections = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  try {
    const calls = await prepareCalls(server, connections)
    const nothing: Call = () =>
      post({ port: next.port, connections, path: '/nothing', headers: {}, body: '{}', status: 200 })
    const warming = Array.from({ length: WARM_UPS })
    for (const call of [nothing, calls.create, calls.list])
      await callAsEach({ call: () => call(), of: warming.map(() => 0) })
    await pool().query('analyze')
    return rowsOf(
      await measureInRounds({
        nothing: { call: nothing, of: [0] },
        create: { call: calls.create, of: [0] },
        list: { call: calls.list, of: [0] },
      }),
    )
  } finally {
    connections.destroy()
    await server.stop()
    await next.stop()
  }
}

function rowsOf({ nothing, create, list }: Record<'nothing' | 'create' | 'list', Measured>): BenchRow[] {
  return [rowOf('a mandate drawn up', create, nothing), rowOf(`a page of ${PAYOUTS} payouts`, list, nothing)]
}

function rowOf(name: string, measured: Measured, nothing: Measured): BenchRow {
  const [rate, slowest] = [ratioOf(measured.rate, nothing.rate), ratioOf(measured.p99, nothing.p99)]
  return {
    name: `${name} by tRPC, beside a Next route handler that does nothing`,
    measured: `${wordsOf(measured)}, ${rate.toFixed(2)} of nothing, p99 ${slowest.toFixed(1)} times`,
    limit: wordsOf(nothing),
    goal: '≥ 0.55 of nothing, p99 ≤ 2.5 times',
    isMet: rate >= 0.55 && slowest <= 2.5,
  }
}

/** A workspace with an owner who is signed in, an agent and some payouts. */
async function prepareCalls({ url, port }: { url: string; port: number }, connections: http.Agent) {
  const owner = privateKeyToAccount(generatePrivateKey())
  const { id: workspaceId } = await createTestWorkspace({ walletAddress: storedAddress(owner.address) })
  const { agentId } = await createTestAgent({ workspaceId })
  const { rows } = await pool().query<{ id: string }>('select id from agent_tokens where agent_id = $1', [
    agentId,
  ])
  const mandateId = await createTestMandate({ agentId, workspaceId })
  await authorizePayouts({ agentId, tokenId: rows[0]?.id ?? '', mandateId }, PAYOUTS)
  const headers = { cookie: await signIn(url, owner), origin: url }
  const body = (input: unknown) => JSON.stringify(superjson.serialize(input))
  const drawing = body({
    ...{ workspaceId, agentId },
    ...{
      naturalLanguage: 'Pay the suppliers',
      limitAmount: '1000000',
      validForSeconds: 86_400,
      currency: 'USDC',
    },
  })
  const page = encodeURIComponent(body({ workspaceId, limit: 50 }))
  const call = (path: string, body?: string): Call => {
    return () =>
      post({ port, connections, path: `/api/trpc/${path}`, headers, status: 200, ...(body && { body }) })
  }
  return { create: call('mandates.create', drawing), list: call(`payouts.list?input=${page}`) }
}
