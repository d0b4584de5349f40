import { setTimeout as sleep } from 'node:timers/promises'
import { type Hex, numberToHex, type RpcBlock } from 'viem'
import { ChainError, toChainError } from './chain-error'
import { askByRange, readBlockLogs } from './read-block-logs'
import type { Rpc, RpcClient } from './rpc'
import { type BlockHeader, type LogFilter, parseHeader, sortLogs, type WatchedLog } from './watched-log'

export type BlockRange = { from: bigint; to: bigint }

export type RangeLogs = BlockRange & {
  logs: WatchedLog[]
  /** Every block that has a log, by number, and the first and the last of the range. */
  headers: Map<bigint, BlockHeader>
}

export type BlockSource = {
  readHead(): Promise<BlockHeader>
  /** Null when the node does not have that block. */
  readBlock(number: bigint): Promise<BlockHeader | null>
  readBlockLogs(header: BlockHeader): Promise<WatchedLog[]>
  readRangeLogs(range: BlockRange): Promise<RangeLogs>
  /** Prefers the next endpoint from now on, because this one errs or stands still. */
  rotate(): void
}

/** Headers are asked for side by side, this many at once: more only queue at the node. */
const HEADERS_AT_ONCE = 20

/** Blocks and logs of the watched contracts, checked as far as an answer can be checked. All throw `ChainError`. */
export function createBlockSource({
  clients,
  filters,
}: {
  clients: Rpc
  filters: readonly LogFilter[]
}): BlockSource {
  let endpoints = [...clients.endpoints]
  const askRange = createRangeAsker()
  const preferred = (): RpcClient => {
    const [first] = endpoints
    if (!first) throw new ChainError('unavailable', 'no RPC endpoint is configured')
    return first
  }
  const rotate = () => {
    endpoints = [...endpoints.slice(1), ...endpoints.slice(0, 1)]
  }
  const readBlock = async (number: bigint) => {
    const header = await askHeader(preferred(), numberToHex(number))
    if (header && header.number !== number) {
      throw new ChainError('incomplete', `the node answered with block ${header.number} for ${number}`)
    }
    return header
  }
  return {
    rotate,
    readBlock,
    readHead: async () => {
      const header = await askHeader(preferred(), 'latest')
      if (!header) throw new ChainError('incomplete', 'the node answered without a newest block')
      return header
    },
    readBlockLogs: (header) => readBlockLogs({ endpoints, filters, header }),
    readRangeLogs: async (range) => {
      const [logs, ends] = await Promise.all([
        askRange({ endpoints, filters, range, readBlock }),
        Promise.all([readBlock(range.from), readBlock(range.to)]),
      ])
      const readPatiently = (number: bigint) => repeatHeader(() => readBlock(number), rotate)
      return { ...range, logs, headers: await readHeadersOf({ logs, ends, range, readBlock: readPatiently }) }
    },
  }
}

async function askHeader(client: RpcClient, block: Hex | 'latest'): Promise<BlockHeader | null> {
  const answer = await client
    .request<GetBlock>({ method: 'eth_getBlockByNumber', params: [block, false] })
    .catch((error) => {
      throw toChainError(error)
    })
  return answer ? parseHeader(answer) : null
}

type AskRange = {
  endpoints: readonly RpcClient[]
  filters: readonly LogFilter[]
  range: BlockRange
  readBlock: (number: bigint) => Promise<BlockHeader | null>
}

/** A second endpoint that fails this often in a row is left out for good, or its outage would stop the reading of history. */
const SECOND_FAILURES = 20

/**
 * An empty answer with status 200 is how a node that lags behind its balancer lies, so emptiness is asked for twice. With a
 * second endpoint every answer is, and blocks on which the two differ are read alone, where the bloom decides.
 */
function createRangeAsker() {
  let failures = 0
  return async ({ endpoints, filters, range, readBlock }: AskRange): Promise<WatchedLog[]> => {
    const [first, second] = endpoints
    if (!first) throw new ChainError('unavailable', 'no RPC endpoint is configured')
    if (!second || failures >= SECOND_FAILURES) {
      const logs = await askByRange({ client: first, filters, ...range })
      return logs.length > 0 ? logs : askByRange({ client: first, filters, ...range })
    }
    const [logs, others] = await Promise.allSettled([
      askByRange({ client: first, filters, ...range }),
      askByRange({ client: second, filters, ...range }),
    ])
    if (logs.status === 'rejected') throw logs.reason
    failures = others.status === 'rejected' ? failures + 1 : 0
    if (others.status === 'rejected') throw others.reason
    const disputed = findDisputedBlocks(logs.value, others.value)
    const settled = logs.value.filter((log) => !disputed.has(log.blockNumber))
    for (const number of disputed) {
      const header = await readBlock(number)
      if (!header) throw new ChainError('unknown_block', `the node does not have block ${number}`)
      settled.push(...(await readBlockLogs({ endpoints, filters, header })))
    }
    return sortLogs(settled)
  }
}

function findDisputedBlocks(logs: readonly WatchedLog[], others: readonly WatchedLog[]): Set<bigint> {
  const key = (log: WatchedLog) =>
    `${log.blockHash}:${log.logIndex}:${log.txHash}:${log.data}:${log.topics.join()}`
  const [ours, theirs] = [new Set(logs.map(key)), new Set(others.map(key))]
  const oneSided = [
    ...logs.filter((log) => !theirs.has(key(log))),
    ...others.filter((log) => !ours.has(key(log))),
  ]
  return new Set(oneSided.map((log) => log.blockNumber))
}

const HEADER_ATTEMPTS = 4
const HEADER_PAUSE_MILLISECONDS = 50

/** A range needs many headers; one that fails is asked for again by itself, or the whole range would have to be. */
async function repeatHeader(read: () => Promise<BlockHeader | null>, rotate: () => void) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read()
    } catch (error) {
      if (attempt === HEADER_ATTEMPTS) throw error
      rotate()
      await sleep(HEADER_PAUSE_MILLISECONDS * attempt)
    }
  }
}

/** Reads the block of every log and checks that the log names its hash. */
async function readHeadersOf({
  logs,
  ends,
  range,
  readBlock,
}: {
  logs: readonly WatchedLog[]
  ends: readonly (BlockHeader | null)[]
  range: BlockRange
  readBlock: (number: bigint) => Promise<BlockHeader | null>
}): Promise<Map<bigint, BlockHeader>> {
  const headers = new Map<bigint, BlockHeader>()
  for (const header of ends) if (header) headers.set(header.number, header)
  const missing = [...new Set(logs.map((log) => log.blockNumber))].filter((number) => !headers.has(number))
  for (let start = 0; start < missing.length; start += HEADERS_AT_ONCE) {
    const chunk = await Promise.all(missing.slice(start, start + HEADERS_AT_ONCE).map(readBlock))
    for (const header of chunk) if (header) headers.set(header.number, header)
  }
  if (!headers.has(range.from) || !headers.has(range.to)) {
    throw new ChainError('unknown_block', `the node does not have blocks ${range.from} to ${range.to}`)
  }
  for (const log of logs) {
    if (headers.get(log.blockNumber)?.hash === log.blockHash) continue
    throw new ChainError('incomplete', `a log of block ${log.blockNumber} names another block hash`)
  }
  return headers
}

type GetBlock = {
  Method: 'eth_getBlockByNumber'
  Parameters: [Hex | 'latest', false]
  ReturnType: RpcBlock | null
}
