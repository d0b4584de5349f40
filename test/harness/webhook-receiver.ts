// Somebody's webhook receiver on this machine: each path behaves as it is told, and everything that arrives is kept as it came.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ReceivedMessage = { path: string; headers: Record<string, string>; body: string }

/** A status; or no answer until `release`; a redirect to another path; a connection that breaks off; more than anybody reads; NUL bytes. */
export type Behaviour = number | 'hang' | 'redirect' | 'cut' | 'huge' | 'nul'

export type WebhookReceiver = {
  urlOf: (path: string) => string
  /** In the order of their arrival. */
  messages: ReceivedMessage[]
  to: (path: string) => ReceivedMessage[]
  /** From now on, or with the `once` answers first. Without it a path answers 200. */
  behave: (path: string, behaviour: Behaviour, once?: readonly Behaviour[]) => void
  /** Answers what hangs. */
  release: () => void
  stop: () => Promise<void>
}

/** Starts it on a free port of the loopback address. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const messages: ReceivedMessage[] = []
  const behaviours = new Map<string, Behaviour>()
  const firsts = new Map<string, Behaviour[]>()
  const held: ServerResponse[] = []
  const server = createServer(async (request, response) => {
    const message = await readMessage(request)
    messages.push(message)
    const behaviour = firsts.get(message.path)?.shift() ?? behaviours.get(message.path) ?? 200
    if (behaviour === 'hang') held.push(response)
    else answer(response, behaviour)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (path) => `http://127.0.0.1:${port}${path}`,
    messages,
    to: (path) => messages.filter((message) => message.path === path),
    behave: (path, behaviour, first = []) => {
      behaviours.set(path, behaviour)
      firsts.set(path, [...first])
    },
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

function answer(response: ServerResponse, behaviour: Exclude<Behaviour, 'hang'>): void {
  if (behaviour === 'cut') response.destroy()
  else if (behaviour === 'redirect') response.writeHead(307, { location: '/elsewhere' }).end()
  else if (behaviour === 'nul') response.writeHead(500).end('a\u0000b')
  else if (behaviour === 'huge') {
    response.writeHead(200)
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 'x')));
    }
    response.on('drain', more)
    more()
  } else response.writeHead(behaviour).end(`status ${behaviour}`)
}

async function readMessage(request: IncomingMessage): Promise<ReceivedMessage> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  return { path: request.url ?? '/', headers, body: Buffer.concat(chunks).toString() }
}
