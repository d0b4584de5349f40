// Proxies before PostgreSQL and the chain that kill a worker exactly at one of its round trips: before the other side has heard of it, or
// after it has done it and before the worker knows.
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

export type Boundary = {
  side: 'database' | 'chain'
  /** In the statement with its values, or the method with its parameters. */
  matches: RegExp
  when: 'before' | 'after'
}

export type BoundaryProxies = {
  databaseUrl: string
  rpcUrl: string
  /** From now on; the first round trip that matches calls `kill`, and nothing more passes until the next call. */
  arm: (boundary: Boundary | null, kill: () => void) => void
  stop: () => Promise<void>
}

// `Z`, length 5, idle: the statement is done and committed.
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

export async function startBoundaryProxies({
  databaseUrl,
  rpcUrl,
}: {
  databaseUrl: string
  rpcUrl: string
}): Promise<BoundaryProxies> {
  const sockets = new Set<Socket>()
  let armed: { boundary: Boundary | null; kill: () => void } = { boundary: null, kill: () => {} }
  let isCut = false

  const hits = (side: Boundary['side'], what: string) =>
    !isCut && armed.boundary?.side === side && armed.boundary.matches.test(what) ? armed.boundary.when : null
  const cut = () => {
    isCut = true
    armed.kill()
  }

  const target = new URL(databaseUrl)
  const database = createServer((client) => {
    const server = connect(Number(target.port), target.hostname)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    let isLast = false
    client.on('data', (chunk) => {
      if (isCut) return
      const said = chunk.toString('latin1')
      const when = hits('database', said)
      if (when === 'before') return cut()
      if (when === 'after') isLast = true
      server.write(chunk)
    })
    server.on('data', (chunk) => {
      if (isCut) return
      if (isLast && chunk.subarray(-READY.length).equals(READY)) return cut()
      client.write(chunk)
    })
    client.on('close', () => server.end())
    server.on('close', () => client.destroy())
  })
  const chain = createHttpServer((request, response) => {
    const work = async () => {
      const body = await text(request)
      const when = hits('chain', body)
      if (isCut) return
      if (when === 'before') return cut()
      const answer = await fetch(rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      const answered = await answer.text()
      if (when === 'after') return cut()
      if (!isCut) response.setHeader('content-type', 'application/json').end(answered)
    }
    work().catch(() => response.destroy())
  })
  await listen(database)
  await listen(chain)
  const proxied = new URL(databaseUrl)
  proxied.hostname = '127.0.0.1'
  proxied.port = String((database.address() as AddressInfo).port)
  return {
    databaseUrl: proxied.toString(),
    rpcUrl: `http://127.0.0.1:${(chain.address() as AddressInfo).port}`,
    arm: (boundary, kill) => {
      isCut = false
      armed = { boundary, kill }
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      chain.closeAllConnections()
      await Promise.all([close(database), close(chain)])
    },
  }
}

function listen(server: {
  listen: (port: number, host: string, done: () => void) => unknown
}): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function close(server: { close: (done: () => void) => unknown }): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
