// An HTTP proxy before a JSON-RPC node that errs and lies as real providers do, by a seed, so that a failure can be replayed.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Fault =
  | 'hang'
  | 'too_many_requests'
  | 'bad_gateway'
  | 'cut_body'
  | 'html'
  | 'empty_logs'
  | 'missing_log'
  | 'stale_head'
  | 'wrong_block_hash'
  /** A provider's own error, as JSON-RPC with status 200. */
  | 'refused'
  | 'empty_result'
  /** The node does what it was asked, and the answer is lost. */
  | 'lost_answer'

const ALL_FAULTS: readonly Fault[] = [
  'hang',
  'too_many_requests',
  'bad_gateway',
  'cut_body',
  'html',
  'empty_logs',
  'missing_log',
  'stale_head',
  'wrong_block_hash',
]

export type FaultyRpc = {
  url: string
  /** How often each fault was played, and the number of requests by method. */
  played: Map<Fault, number>
  calls: Map<string, number>
  /** Changes what the proxy does from now on. */
  set: (behaviour: Partial<Behaviour>) => void
  stop: () => Promise<void>
}

type Behaviour = {
  /** The node behind it. */
  target: string
  faults: readonly Fault[]
  /** Share of requests that meet a fault, 0 to 1. */
  rate: number
  /** Answers `eth_chainId` with this. */
  chainId: number | null
  /** Refuses `eth_getLogs` over more blocks, in a provider's words. */
  maxRangeBlocks: number | null
  /** Shows as final what is at least so deep, so that less deep reorganisations are allowed to happen. */
  finalDepth: number | null
  /** The one method that meets faults; null for all. */
  only: string | null
}

type Call = { id: number; method: string; params?: unknown[] }
type Answer = { id: number; result?: unknown; error?: { code: number; message: string } }

export async function startFaultyRpc({
  seed,
  port = 0,
  ...initial
}: { target: string; seed: number; port?: number } & Partial<Behaviour>): Promise<FaultyRpc> {
  const behaviour: Behaviour = {
    faults: ALL_FAULTS,
    rate: 0,
    chainId: null,
    maxRangeBlocks: null,
    finalDepth: null,
    only: null,
    ...initial,
  }
  const random = createRandom(seed)
  const played = new Map<Fault, number>()
  const calls = new Map<string, number>()
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { target } = behaviour
    const call = await settleFinal(JSON.parse(await text(request)) as Call, target, behaviour)
    calls.set(call.method, (calls.get(call.method) ?? 0) + 1)
    const fault = random() < behaviour.rate ? pick(behaviour.faults, random) : undefined
    const isAimedAt = behaviour.only === null || behaviour.only === call.method
    const isPlayed = fault !== undefined && isAimedAt && fitsCall(fault, call)
    if (isPlayed) played.set(fault, (played.get(fault) ?? 0) + 1)
    if (isPlayed && breakTransport(fault, response)) return
    const refusal = refuse(call, behaviour)
    const answered = refusal ?? (await forward(target, call))
    if (isPlayed && fault === 'lost_answer') return void response.writeHead(502).end('bad gateway')
    const body = JSON.stringify(isPlayed ? await lie(fault, call, answered, target, random) : answered)
    response.setHeader('content-type', 'application/json')
    if (!isPlayed || fault !== 'cut_body') return void response.end(body)
    response.setHeader('content-length', Buffer.byteLength(body))
    response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy())
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    played,
    calls,
    set: (change) => Object.assign(behaviour, change),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function settleFinal(call: Call, target: string, { finalDepth }: Behaviour): Promise<Call> {
  if (finalDepth === null || call.params?.[0] !== 'finalized') return call
  const { result } = await forward(target, { id: call.id, method: 'eth_blockNumber', params: [] })
  const number = Math.max(0, Number(result) - finalDepth)
  return { ...call, params: [`0x${number.toString(16)}`, ...call.params.slice(1)] }
}

const LIES: Partial<Record<Fault, string>> = {
  empty_logs: 'eth_getLogs',
  missing_log: 'eth_getLogs',
  wrong_block_hash: 'eth_getLogs',
  stale_head: 'eth_getBlockByNumber',
}

function fitsCall(fault: Fault, call: Call): boolean {
  const method = LIES[fault]
  return method === undefined || method === call.method
}

/** True when the fault has answered, or never will. */
function breakTransport(fault: Fault, response: ServerResponse): boolean {
  if (fault === 'hang') return true
  if (fault === 'too_many_requests') {
    response.writeHead(429, { 'retry-after': '0' }).end('rate limited')
    return true
  }
  if (fault === 'bad_gateway') {
    response.writeHead(502).end('bad gateway')
    return true
  }
  if (fault === 'html') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>maintenance</body></html>')
    return true
  }
  return false
}

function refuse(call: Call, { chainId, maxRangeBlocks }: Behaviour): Answer | null {
  if (call.method === 'eth_chainId' && chainId !== null)
    return { id: call.id, result: `0x${chainId.toString(16)}` }
  const [filter] = (call.params ?? []) as [{ fromBlock?: string; toBlock?: string } | undefined]
  if (call.method !== 'eth_getLogs' || maxRangeBlocks === null || !filter?.fromBlock || !filter.toBlock)
    return null
  if (Number(filter.toBlock) - Number(filter.fromBlock) < maxRangeBlocks) return null
  return {
    id: call.id,
    error: { code: -32005, message: `block range exceeds the limit of ${maxRangeBlocks}` },
  }
}

async function lie(
  fault: Fault,
  call: Call,
  answer: Answer,
  target: string,
  random: () => number,
): Promise<Answer> {
  const { result } = answer
  if (fault === 'refused') return { id: call.id, error: { code: -32016, message: 'over rate limit' } }
  if (fault === 'empty_result') return { id: call.id, result: '0x' }
  if (fault === 'empty_logs') return { ...answer, result: [] }
  if (fault === 'missing_log' && Array.isArray(result)) {
    const dropped = Math.floor(random() * result.length)
    return { ...answer, result: result.filter((_, index) => index !== dropped) }
  }
  if (fault === 'wrong_block_hash' && Array.isArray(result)) {
    return { ...answer, result: result.map((log) => ({ ...log, blockHash: `0x${'bad0'.repeat(16)}` })) }
  }
  if (fault === 'stale_head' && call.params?.[0] === 'latest' && isBlock(result)) {
    const number = Math.max(0, Number(result.number) - 1 - Math.floor(random() * 3))
    return forward(target, { ...call, params: [`0x${number.toString(16)}`, false] })
  }
  return answer
}

function isBlock(result: unknown): result is { number: string } {
  return typeof result === 'object' && result !== null && 'number' in result
}

async function forward(target: string, call: Call): Promise<Answer> {
  const response = await fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', ...call }),
  })
  return (await response.json()) as Answer
}

function pick<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)]
}

/** mulberry32: small, fast and the same everywhere for a seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
