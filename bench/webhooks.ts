import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { pool } from '../server/core/db'
import { createEndpoint, createWebhookSender } from '../server/webhooks'
import { createTestWorkspace, randomAddress } from '../test/harness/factories'
import { until } from '../test/harness/until'
import { type BenchRow, percentile } from './bench-row'

/** As many endpoints as a workspace may have; a hundred by five; and of a hundred workspaces one each. */
const SHAPES = [
  { workspaces: 1, endpointsOfEach: 20 },
  { workspaces: 5, endpointsOfEach: 20 },
  { workspaces: 100, endpointsOfEach: 1 },
]
const MESSAGES = 10_000
const PACED = { workspaces: 5, endpointsOfEach: 20 }
const PACED_ENDPOINTS = PACED.workspaces * PACED.endpointsOfEach
const ROUNDS = 3
// For the delays: little enough that the sender is not the queue that is measured.
const PACED_EVENTS_OF_EACH = 30
const PACE_MILLISECONDS = 50
const CONNECTIONS = 128
const BODY = JSON.stringify({ type: 'payout.confirmed', data: { payout: 'x'.repeat(600) } })

type Receiver = Awaited<ReturnType<typeof startReceiver>>
type Shape = (typeof SHAPES)[number]

const median = (values: number[]) => percentile(values, 0.5)

/**
 * Messages through the whole sender, from the outbox to their record, beside a client that posts the same body to the same receiver
 * and keeps nothing; then the time from the event to the receiver with one dead endpoint of a hundred, and without.
 */
export async function benchWebhooks(): Promise<BenchRow[]> {
  const receiver = await startReceiver()
  try {
    const rows: BenchRow[] = []
    for (const shape of SHAPES) rows.push(await benchRate(receiver, shape))
    return [...rows, await benchDelay(receiver)]
  } finally {
    await receiver.stop()
  }
}

async function benchRate(receiver: Receiver, shape: Shape): Promise<BenchRow> {
  const workspaces = await createEndpoints(receiver, shape)
  const eventsOfEach = MESSAGES / (shape.workspaces * shape.endpointsOfEach)
  const rates: { plain: number; sender: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const plain = await postPlainly(receiver)
    rates.push({ plain, sender: await sendAll(receiver, workspaces, eventsOfEach) })
  }
  const share = median(rates.map(({ plain, sender }) => sender / plain))
  const of = shape.workspaces === 1 ? 'one workspace' : `${shape.workspaces} workspaces`
  return {
    name: `webhooks to ${shape.workspaces * shape.endpointsOfEach} endpoints of ${of}, from the outbox to their record, beside a plain HTTP client`,
    measured: `${Math.round(median(rates.map(({ sender }) => sender)))}/s, ${share.toFixed(2)} of plain`,
    limit: `${Math.round(median(rates.map(({ plain }) => plain)))}/s`,
    goal: '≥ 0.3 of plain',
    isMet: share >= 0.3,
  }
}

async function benchDelay(receiver: Receiver): Promise<BenchRow> {
  const workspaces = await createEndpoints(receiver, PACED)
  const delays: { well: number; withDead: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const well = await measureDelay(receiver, workspaces)
    receiver.kill('/0/0')
    const withDead = await measureDelay(receiver, workspaces)
    receiver.revive()
    await pool().query(`update webhook_deliveries set status = 'failed' where status = 'pending'`)
    delays.push({ well, withDead })
  }
  const slower = median(delays.map(({ well, withDead }) => withDead / well))
  return {
    name: `webhooks with one dead endpoint of ${PACED_ENDPOINTS}: p99 of the others`,
    measured: `${median(delays.map(({ withDead }) => withDead)).toFixed(0)} ms, ${slower.toFixed(2)} times`,
    limit: `${median(delays.map(({ well }) => well)).toFixed(0)} ms`,
    goal: '≤ 1.2 times',
    isMet: slower <= 1.2,
  }
}

async function startReceiver() {
  const seen: { path: string; body: string; at: number }[] = []
  const state = { dead: '', held: [] as http.ServerResponse[] }
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === state.dead) state.held.push(response)
      else {
        seen.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString(), at: Date.now() })
        response.end('ok')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    seen,
    kill: (path: string) => {
      state.dead = path
    },
    revive: () => {
      state.dead = ''
      for (const response of state.held.splice(0)) response.destroy()
    },
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function createEndpoints({ port }: Receiver, shape: Shape): Promise<string[]> {
  const actor = { address: randomAddress(), requestId: null }
  const workspaces: string[] = []
  for (let workspace = 0; workspace < shape.workspaces; workspace += 1) {
    const { id: workspaceId } = await createTestWorkspace()
    workspaces.push(workspaceId)
    for (let endpoint = 0; endpoint < shape.endpointsOfEach; endpoint += 1) {
      const url = `http://127.0.0.1:${port}/${workspace}/${endpoint}`
      await createEndpoint({ actor, workspaceId, input: { url, description: null, eventTypes: [] } })
    }
  }
  return workspaces
}

/** Messages a second. */
async function postPlainly(receiver: Receiver): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const startedAt = performance.now()
  let left = MESSAGES
  const client = async () => {
    while (left-- > 0) await postOnce(receiver.port, agent)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
  agent.destroy()
  receiver.seen.length = 0
  return MESSAGES / ((performance.now() - startedAt) / 1000)
}

function postOnce(port: number, agent: http.Agent): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) }
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
      response.resume()
      response.once('end', resolve)
    })
    request.once('error', reject)
    request.end(BODY)
  })
}

/** Messages a second, until the last one is recorded. */
async function sendAll(
  { seen }: Receiver,
  workspaces: readonly string[],
  eventsOfEach: number,
): Promise<number> {
  await pool().query(
    `insert into webhook_events (workspace_id, type, body) select w, 'payout.confirmed', $2 from unnest($1::uuid[]) w, generate_series(1, $3)`,
    [workspaces, BODY, eventsOfEach],
  )
  await pool().query('analyze webhook_events, webhook_deliveries')
  const { stop } = startSender()
  const startedAt = performance.now()
  await until('all are received', () => seen.length >= MESSAGES, 240)
  await until('all are recorded', hasNothingPending, 60)
  const seconds = (performance.now() - startedAt) / 1000
  await stop()
  seen.length = 0
  return MESSAGES / seconds
}

async function hasNothingPending(): Promise<boolean> {
  const { rowCount } = await pool().query(`select 1 from webhook_deliveries where status = 'pending' limit 1`)
  return rowCount === 0
}

/** The 99th percentile of milliseconds from an event's emission to the endpoints that live. */
async function measureDelay({ seen }: Receiver, workspaces: readonly string[]): Promise<number> {
  const { stop } = startSender()
  for (let count = 0; count < PACED_EVENTS_OF_EACH; count += 1) {
    await pool().query(`select webhook_emit(w, 'payout.confirmed', $2) from unnest($1::uuid[]) w`, [
      workspaces,
      JSON.stringify({ emittedAt: Date.now() }),
    ])
    await new Promise((resolve) => setTimeout(resolve, PACE_MILLISECONDS))
  }
  const ofTheLiving = () => seen.filter(({ path }) => path !== '/0/0')
  const expected = PACED_EVENTS_OF_EACH * (PACED_ENDPOINTS - 1)
  await until('the living have everything', () => ofTheLiving().length >= expected, 120)
  const delays = ofTheLiving().map(({ body, at }) => at - Number(JSON.parse(body).data.emittedAt))
  await stop()
  seen.length = 0
  return percentile(delays, 0.99)
}

function startSender() {
  const controller = new AbortController()
  const running = createWebhookSender().run(controller.signal)
  return {
    stop: async () => {
      controller.abort()
      await running
    },
  }
}
