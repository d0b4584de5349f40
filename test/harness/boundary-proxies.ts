// Proxies before PostgreSQL and two endpoints of the chain. They tell each round trip of a worker, and kill it exactly at one: before the
// other side has heard of it, or after it has done it and before the worker knows.
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { nameRequest } from './name-trips'
import { createStatementReader } from './read-statements'

export type Boundary = {
  trip: string
  /** The first of that name, or a later one. */
  nth: number
  when: 'before' | 'after'
}

export type BoundaryProxies = {
  databaseUrl: string
  rpcUrls: [first: string, second: string]
  /** From now on every round trip is told by its name, until the next call. */
  record: (tell: (trip: string) => void) => void
  /** From now on; the nth round trip of that name calls `kill`, and nothing more passes until the next call. */
  arm: (boundary: Boundary, kill: () => void) => void
  stop: () => Promise<void>
}

/** What happens at a round trip: it passes, or it is the last thing before or behind which nothing passes any more. */
type Gate = { isCut: boolean; meet: (trip: string) => Boundary['when'] | null; cut: () => void }

export async function startBoundaryProxies(to: {
  databaseUrl: string
  rpcUrl: string
}): Promise<BoundaryProxies> {
  const gate: Gate = { isCut: false, meet: () => null, cut: () => {} }
  const { server: database, sockets } = proxyDatabase(new URL(to.databaseUrl), gate)
  const endpoints = [
    proxyEndpoint(to.rpcUrl, 'first', gate),
    proxyEndpoint(to.rpcUrl, 'second', gate),
  ] as const
  for (const server of [database, ...endpoints]) await listen(server)
  const databaseUrl = new URL(to.databaseUrl)
  databaseUrl.hostname = '127.0.0.1'
  databaseUrl.port = portOf(database)
  return {
    databaseUrl: databaseUrl.toString(),
    rpcUrls: [`http://127.0.0.1:${portOf(endpoints[0])}`, `http://127.0.0.1:${portOf(endpoints[1])}`],
    record: (tell) => {
      gate.isCut = false
      gate.meet = (trip) => {
        tell(trip)
        return null
      }
    },
    arm: (boundary, kill) => {
      gate.isCut = false
      let met = 0
      gate.meet = (trip) => {
        if (trip === boundary.trip) met += 1
        return trip === boundary.trip && met === boundary.nth ? boundary.when : null
      }
      gate.cut = () => {
        gate.isCut = true
        kill()
      }
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      for (const endpoint of endpoints) endpoint.closeAllConnections()
      await Promise.all([database, ...endpoints].map(close))
    },
  }
}

function proxyDatabase(target: URL, gate: Gate): { server: Server; sockets: Set<Socket> } {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname)
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    const read = createStatementReader()
    const isReady = createReadyReader()
    let isLast = false
    client.on('data', (chunk) => {
      for (const { bytes, statement } of read(chunk)) {
        if (gate.isCut) return
        const when = statement === null ? null : gate.meet(statement)
        if (when === 'before') return gate.cut()
        if (when === 'after') isLast = true
        database.write(bytes)
      }
    })
    database.on('data', (chunk) => {
      if (gate.isCut) return
      if (isReady(chunk) && isLast) return gate.cut()
      if (!isLast) client.write(chunk)
    })
    client.on('close', () => database.end())
    database.on('close', () => client.destroy())
  })
  return { server, sockets }
}

/** `Z`, length 5 and whether a transaction is open: the statement is done, and outside of one it is committed. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5])

/** Whether the answer to a statement ends with these bytes; they may come in pieces. */
function createReadyReader(): (chunk: Buffer) => boolean {
  let last: Buffer = Buffer.alloc(0)
  return (chunk) => {
    last = Buffer.concat([last, chunk]).subarray(-READY.length - 1)
    return last.subarray(0, -1).equals(READY)
  }
}

function proxyEndpoint(rpcUrl: string, name: string, gate: Gate): HttpServer {
  return createHttpServer((request, response) => {
    const work = async () => {
      const body = await text(request)
      if (gate.isCut) return
      const when = gate.meet(`${name} endpoint: ${nameRequest(body)}`)
      if (when === 'before') return gate.cut()
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(rpcUrl, { method: 'POST', headers, body })
      const answered = await answer.text()
      if (when === 'after') return gate.cut()
      if (!gate.isCut) response.setHeader('content-type', 'application/json').end(answered)
    }
    work().catch(() => response.destroy())
  })
}

const portOf = (server: Server): string => String((server.address() as AddressInfo).port)

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
