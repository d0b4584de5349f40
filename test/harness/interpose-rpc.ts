// Between this process and its node: what a node says in a moment that it cannot be brought to by itself.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

type Answer = { result?: unknown; error?: { code: number; message: string } }

/** Answers a call in the node's place, after asking it or without; null leaves it to the node. */
type Interpose = (method: string, ask: () => Promise<Answer>) => Promise<Answer | null>

type Line = { interpose: Interpose | null; stop: () => void }

/** Before anything reads the environment: `RPC_URL` is a proxy from then on, whose answers `interpose` may change at any time. */
export async function interposeRpc(): Promise<Line> {
  const node = process.env.RPC_URL ?? ''
  const line: Line = { interpose: null, stop: () => {} }
  const proxy = createServer(async (request, response) => {
    const body = await text(request)
    const { id, method } = JSON.parse(body) as { id: number; method: string }
    const ask = async () => {
      const headers = { 'content-type': 'application/json' }
      const answered = await fetch(node, { method: 'POST', headers, body })
      return (await answered.json()) as Answer
    }
    const answer = (await line.interpose?.(method, ask)) ?? (await ask())
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  process.env.RPC_URL = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  line.stop = () => {
    proxy.close()
    proxy.closeAllConnections()
  }
  return line
}

/** Shows a mined count that is wrong by so many. */
export const countWrongBy =
  (nonces: number): Interpose =>
  async (method, ask) => {
    if (method !== 'eth_getTransactionCount') return null
    const { result } = await ask()
    return { result: `0x${(Number(result) + nonces).toString(16)}` }
  }

/** Takes no transaction. */
export const refuseToSend: Interpose = async (method) =>
  method === 'eth_sendRawTransaction'
    ? { error: { code: -32000, message: 'insufficient funds for gas * price + value' } }
    : null
