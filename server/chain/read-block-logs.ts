import { type Hex, numberToHex, type RpcLog, type RpcTransactionReceipt } from 'viem'
import { bloomOf, chanceOfAccident, isInBloom } from './bloom'
import { ChainError, toChainError } from './chain-error'
import type { RpcClient } from './rpc'
import { type BlockHeader, type LogFilter, matches, parseLog, sortLogs, type WatchedLog } from './watched-log'

/** Below this chance of an accident a bloom that announces a log is taken as evidence that there is one. */
const EVIDENCE_LIMIT = 0.2

/**
 * The logs of one block that match `filters`, in order. A block whose bloom excludes them costs no request. Logs are asked for
 * by block hash and must agree with the bloom. When an answer lacks what the bloom announces, or a second endpoint does not
 * give the same one, the block's receipts decide, whose bloom must equal the header's. Throws `ChainError`: `incomplete`
 * while no answer is good enough.
 */
export async function readBlockLogs({
  endpoints,
  filters,
  header,
}: {
  endpoints: readonly RpcClient[]
  filters: readonly LogFilter[]
  header: BlockHeader
}): Promise<WatchedLog[]> {
  const asked = filters.filter((filter) => itemsInBloom(filter, header.logsBloom) !== null)
  const [first, second] = endpoints
  if (asked.length === 0 || !first) return []
  const logs = await askByHash({ client: first, filters: asked, header })
  let isDoubtful = isSomethingMissing({ logs, asked, header })
  if (!isDoubtful && second) {
    const others = await askByHash({ client: second, filters: asked, header }).catch(() => null)
    isDoubtful = others === null || !sameLogs(logs, others)
  }
  return isDoubtful ? proveByReceipts({ endpoints, filters, header }) : logs
}

/** How many distinct items of the filter the bloom announces, or null when it excludes a match. */
function itemsInBloom(filter: LogFilter, bloom: Hex): number | null {
  if (!isInBloom(bloom, filter.address)) return null
  const lists = filter.topics.filter((wanted) => wanted !== null)
  const isPossible = lists.every((wanted) => wanted.some((topic) => isInBloom(bloom, topic)))
  return isPossible ? 1 + lists.length : null
}

function isSomethingMissing({
  logs,
  asked,
  header,
}: {
  logs: readonly WatchedLog[]
  asked: readonly LogFilter[]
  header: BlockHeader
}): boolean {
  return asked.some((filter) => {
    const items = itemsInBloom(filter, header.logsBloom)
    if (items === null || chanceOfAccident(header.logsBloom, items) > EVIDENCE_LIMIT) return false
    const found = logs.filter((log) => matches(log, filter))
    const announced = (filter.topics[0] ?? []).filter((topic) => isInBloom(header.logsBloom, topic))
    // Only a filter without further topics can tell which of its events the bloom announces.
    const expected = filter.topics.length === 1 ? announced.length : 1
    return new Set(found.map((log) => log.topics[0])).size < expected
  })
}

async function askByHash({
  client,
  filters,
  header,
}: {
  client: RpcClient
  filters: readonly LogFilter[]
  header: BlockHeader
}): Promise<WatchedLog[]> {
  const answers = await Promise.all(
    filters.map((filter) =>
      client
        .request<GetLogs>({ method: 'eth_getLogs', params: [{ ...filter, blockHash: header.hash }] })
        .catch((error) => {
          throw toChainError(error)
        }),
    ),
  )
  const logs = answers.flat().map(parseLog)
  for (const log of logs) assertInBlock(log, header, filters)
  return sortLogs(logs)
}

function assertInBlock(log: WatchedLog, header: BlockHeader, filters: readonly LogFilter[]) {
  const isOfBlock = log.blockHash === header.hash && log.blockNumber === header.number
  const isInItsBloom = [log.address, ...log.topics].every((item) => isInBloom(header.logsBloom, item))
  if (isOfBlock && isInItsBloom && filters.some((filter) => matches(log, filter))) return
  throw new ChainError(
    'incomplete',
    `the node answered for block ${header.number} with a log that is not of that block`,
  )
}

/** Receipts are complete exactly when their logs give the header's bloom. Throws `ChainError`, `incomplete` when no endpoint has them. */
export async function proveByReceipts({
  endpoints,
  filters,
  header,
}: {
  endpoints: readonly RpcClient[]
  filters: readonly LogFilter[]
  header: BlockHeader
}): Promise<WatchedLog[]> {
  for (const client of endpoints) {
    const receipts = await client
      .request<GetBlockReceipts>({ method: 'eth_getBlockReceipts', params: [header.hash] })
      .catch(() => null)
    if (!Array.isArray(receipts)) continue
    const logs = receipts.flatMap((receipt) => receipt.logs.map(parseLog))
    if (bloomOf(logs) !== header.logsBloom) continue
    const wanted = logs.filter((log) => filters.some((filter) => matches(log, filter)))
    for (const log of wanted) assertInBlock(log, header, filters)
    return sortLogs(wanted)
  }
  throw new ChainError(
    'incomplete',
    `block ${header.number} announces events that no endpoint delivers in full; asking again`,
  )
}

function sameLogs(a: readonly WatchedLog[], b: readonly WatchedLog[]): boolean {
  const key = (logs: readonly WatchedLog[]) =>
    logs.map((log) => [log.logIndex, log.txHash, log.address, ...log.topics, log.data].join()).join(';')
  return key(a) === key(b)
}

/** Logs of a range of blocks, unchecked against their blocks. Throws `ChainError`, `too_large` when the range is too wide. */
export async function askByRange({
  client,
  filters,
  from,
  to,
}: {
  client: RpcClient
  filters: readonly LogFilter[]
  from: bigint
  to: bigint
}): Promise<WatchedLog[]> {
  const range = { fromBlock: numberToHex(from), toBlock: numberToHex(to) }
  const answers = await Promise.all(
    filters.map((filter) =>
      client.request<GetLogs>({ method: 'eth_getLogs', params: [{ ...filter, ...range }] }).catch((error) => {
        throw toChainError(error)
      }),
    ),
  )
  const logs = answers.flat().map(parseLog)
  const isWanted = (log: WatchedLog) =>
    log.blockNumber >= from && log.blockNumber <= to && filters.some((filter) => matches(log, filter))
  if (!logs.every(isWanted)) {
    throw new ChainError(
      'incomplete',
      `the node answered for blocks ${from} to ${to} with a log of another block or contract`,
    )
  }
  return sortLogs(logs)
}

type GetLogs = { Method: 'eth_getLogs'; Parameters: [object]; ReturnType: RpcLog[] }
type GetBlockReceipts = {
  Method: 'eth_getBlockReceipts'
  Parameters: [Hex]
  ReturnType: RpcTransactionReceipt[] | null
}
