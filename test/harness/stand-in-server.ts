// A JSON service over HTTP for tests, of which each answer can be held back or cut.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type StandInCall = {
  method: string
  path: string
  host: string
  headers: IncomingMessage['headers']
  body: Record<string, unknown>
}
/** `never`: the request hangs. A body of text is sent as HTML. */
export type StandInAnswer = { status: number; body: unknown } | 'never'

export async function startStandIn(
  answer: (call: StandInCall) => Promise<StandInAnswer>,
  contentType = 'application/json',
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const answered = await answer({
      method: request.method ?? '',
      path: request.url ?? '',
      host: request.headers.host ?? '',
      headers: request.headers,
      body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
    }).catch((error: unknown) => ({ status: 500, body: { message: String(error) } }))
    if (answered === 'never') return
    const { status, body } = answered
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : contentType })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/**
 * How a signing service misbehaves. `highS` is a valid signature in the form that Ethereum refuses; `otherCurve` and `usedKey` are of new
 * keys; anything else is what it answers to every call.
 */
export type Misbehaviour =
  | 'never'
  | 'refuses'
  | 'away'
  | 'unauthenticated'
  | 'highS'
  | 'otherKey'
  | 'otherCurve'
  | 'usedKey'
  | 'garbage'
  | { status: number; body: unknown }

export const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
