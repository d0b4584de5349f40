// A server of somebody else's on this machine, that answers as its path says and remembers what it was asked.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type UpstreamCall = { method: string; url: string; headers: IncomingHttpHeaders; body: string }

export type Upstream = {
  port: number
  origin: string
  calls: UpstreamCall[]
  /** Ends the answers of `/slow`, which are otherwise never ended. */
  release: () => void
  stop: () => Promise<void>
}

type Behaviour = (response: ServerResponse, call: UpstreamCall) => void

const BEHAVIOURS: Record<string, Behaviour> = {
  '/status': (response, { url }) => {
    const status = Number(new URL(url, 'http://upstream').searchParams.get('code'))
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`status ${status}`)
  },
  '/redirect': (response, { url }) => {
    response.writeHead(302, { location: new URL(url, 'http://upstream').searchParams.get('to') ?? '/' }).end()
  },
  '/stalls': (response) => response.writeHead(200, { 'content-length': '10' }).write('half'),
  '/closes': (response) => response.destroy(),
  '/breaks-off': (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('some', () => response.destroy())
  },
  '/huge': (response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
    }
    response.on('drain', more)
    more()
  },
  '/chunked': (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.write('one ')
    response.write('two ')
    response.end('three')
  },
  '/page': (response) => {
    response.writeHead(200, {
      'content-type': 'text/html',
      'set-cookie': 'bursar_session=stolen; Path=/',
      'content-security-policy': 'script-src *',
      'access-control-allow-origin': '*',
      'clear-site-data': '"*"',
      'x-accel-redirect': '/etc/passwd',
      'payment-required': 'e30=',
      'www-authenticate': 'Basic',
      connection: 'close, x-secret-hop',
      'x-secret-hop': '1',
      etag: '"v1"',
    })
    response.end('<script>alert(1)</script>')
  },
}

/** Starts it on a free port of the loopback address. */
export async function startUpstream(): Promise<Upstream> {
  const calls: UpstreamCall[] = []
  const held: ServerResponse[] = []
  const server = createServer(async (request, response) => {
    const call = await readCall(request)
    calls.push(call)
    const behaviour = BEHAVIOURS[new URL(call.url, 'http://upstream').pathname]
    if (call.url.startsWith('/slow')) held.push(response)
    else if (behaviour) behaviour(response, call)
    else answerEcho(response, call)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    calls,
    release: () => {
      for (const response of held.splice(0)) response.end('late')
    },
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function readCall(request: IncomingMessage): Promise<UpstreamCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { method = '', url = '/', headers } = request
  return { method, url, headers, body: Buffer.concat(chunks).toString() }
}

function answerEcho(response: ServerResponse, { method, url, body }: UpstreamCall): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ method, url, body }))
}
