import {
  type Hex,
  numberToHex,
  pad,
  type RpcTransactionReceipt,
  toEventSelector,
  toFunctionSelector,
} from 'viem'
import { type StoredAddress, storedAddress } from '@/domain/address'
import { x402ExactPermit2ProxyAddress, x402UptoPermit2ProxyAddress } from '@/domain/canonical-addresses'
import { env } from '@/server/core/env'
import { isInBloom } from './bloom'
import { ChainError, toChainError } from './chain-error'
import { askHeader } from './read-header'
import { rpc } from './rpc'
import { isSeenTwice } from './second-endpoint'
import type { BlockHeader } from './watched-log'

const TRANSFER = toEventSelector('Transfer(address,address,uint256)')
const AUTHORIZATION_USED = toEventSelector('AuthorizationUsed(address,bytes32)')
const SETTLED = [toEventSelector('Settled()'), toEventSelector('SettledWithPermit()')]
const X402_PROXIES = [x402ExactPermit2ProxyAddress, x402UptoPermit2ProxyAddress].map(storedAddress)
const BALANCE_OF = toFunctionSelector('balanceOf(address)')

/** One transfer of USDC to the receive address, as its log says it. Amounts are atomic units. */
export type DepositLog = {
  /** Its place among the logs of its transaction, which a re-inclusion keeps. */
  position: number
  /** Its place in the block. */
  logIndex: number
  sender: StoredAddress
  amount: bigint
  /** The logs around it say that an x402 scheme moved it: EIP-3009 or a canonical Permit2 proxy. */
  isX402: boolean
}

/** A transaction in a canonical block, and what of it went to the receive address. */
export type MinedDeposit = {
  type: 'mined'
  isReverted: boolean
  block: BlockHeader
  head: bigint
  logs: DepositLog[]
  /** Which of the endpoints said so. */
  endpoint: number
}

export type DepositObservation = MinedDeposit | { type: 'missing' }

type ReadDeposit = { txHash: Hex; receiver: StoredAddress }

/**
 * What the first endpoint that answers knows of a transaction. `missing` is no evidence that it does not exist: it may be
 * unknown, unmined, or between two branches. Throws `ChainError`.
 */
export async function readDepositTransaction(wanted: ReadDeposit): Promise<DepositObservation> {
  let failure: unknown
  for (const endpoint of rpc().endpoints.keys()) {
    try {
      return await observe(endpoint, wanted)
    } catch (error) {
      failure = error
    }
  }
  throw toChainError(failure)
}

/**
 * Whether an endpoint other than the one that was asked has the same transfers of the transaction in the same block. False also
 * when it does not answer.
 */
export async function isDepositSeenTwice({
  seen,
  ...wanted
}: ReadDeposit & { seen: MinedDeposit }): Promise<boolean> {
  const look = async (endpoint: number) => {
    const other = await observe(endpoint, wanted)
    return other.type === 'mined' && other.block.hash === seen.block.hash && sameLogs(other.logs, seen.logs)
  }
  return isSeenTwice({ saidBy: seen.endpoint, look }).catch(() => false)
}

/**
 * Whether every endpoint shows that this block does not carry the transaction any more: another block stands in its place, and
 * the receipt is gone or in another block. An endpoint that lags, errs or still has the block makes it false.
 */
export async function isProvablyGone({
  blockNumber,
  blockHash,
  ...wanted
}: ReadDeposit & { blockNumber: bigint; blockHash: string }): Promise<boolean> {
  const answers = await Promise.allSettled(
    rpc().endpoints.map(async (client, endpoint) => {
      const standing = await askHeader(client, numberToHex(blockNumber))
      if (!standing || standing.hash === blockHash) return false
      const seen = await observe(endpoint, wanted)
      return seen.type === 'missing' || seen.block.hash !== blockHash
    }),
  )
  return answers.length > 0 && answers.every((answer) => answer.status === 'fulfilled' && answer.value)
}

/** USDC of an account in atomic units at a block, named by its hash (EIP-1898). Throws `ChainError`. */
export async function readUsdcBalanceAt({
  account,
  blockHash,
}: {
  account: StoredAddress
  blockHash: Hex
}): Promise<bigint> {
  const data: Hex = `${BALANCE_OF}${pad(account).slice(2)}`
  let failure: unknown
  for (const client of rpc().endpoints) {
    try {
      const answer = await client.request<Call>({
        method: 'eth_call',
        params: [{ to: env().USDC_ADDRESS, data }, { blockHash }],
      })
      return BigInt(answer)
    } catch (error) {
      failure = error
    }
  }
  throw toChainError(failure)
}

async function observe(endpoint: number, { txHash, receiver }: ReadDeposit): Promise<DepositObservation> {
  const client = rpc().endpoints[endpoint]
  if (!client) throw new ChainError('unavailable', 'no RPC endpoint is configured')
  const receipt = await client.request<GetReceipt>({ method: 'eth_getTransactionReceipt', params: [txHash] })
  if (!receipt?.blockNumber || !receipt.blockHash) return { type: 'missing' }
  if (receipt.transactionHash.toLowerCase() !== txHash) {
    throw new ChainError('incomplete', 'the node answered with the receipt of another transaction')
  }
  const [block, head] = await Promise.all([
    askHeader(client, receipt.blockNumber),
    askHeader(client, 'latest'),
  ])
  if (!block || !head || block.hash !== receipt.blockHash.toLowerCase()) return { type: 'missing' }
  const isReverted = receipt.status !== '0x1'
  const logs = isReverted ? [] : depositLogs(receipt, receiver)
  const items = [env().USDC_ADDRESS, TRANSFER, pad(receiver)]
  if (logs.length > 0 && !items.every((item) => isInBloom(block.logsBloom, item))) {
    throw new ChainError(
      'incomplete',
      `block ${block.number} does not announce the transfer that its receipt shows`,
    )
  }
  return { type: 'mined', isReverted, block, head: head.number, logs, endpoint }
}

/** Transfers of nothing, which anybody can make in anybody's name, and from the address to itself are no deposits. */
function depositLogs(receipt: RpcTransactionReceipt, receiver: StoredAddress): DepositLog[] {
  const logs = receipt.logs.map((log) => ({
    address: storedAddress(log.address),
    topics: log.topics.map((topic) => topic.toLowerCase()),
    data: log.data,
    logIndex: Number(log.logIndex),
  }))
  const token = env().USDC_ADDRESS
  return logs.flatMap((log, position) => {
    const [event, from = '', to] = log.topics
    if (log.address !== token || event !== TRANSFER || to !== pad(receiver) || log.topics.length !== 3)
      return []
    const sender = storedAddress(`0x${from.slice(-40)}`)
    const amount = BigInt(log.data)
    if (amount === 0n || sender === receiver) return []
    const before = logs[position - 1]
    const isAuthorized =
      before?.address === token && before.topics[0] === AUTHORIZATION_USED && before.topics[1] === from
    // A proxy emits once, after the one transfer that it makes: what lies between belongs to that transfer.
    const next = logs.slice(position + 1).find((other) => other.topics[0] === TRANSFER || isSettled(other))
    const isSettledByProxy = next !== undefined && isSettled(next)
    return [{ position, logIndex: log.logIndex, sender, amount, isX402: isAuthorized || isSettledByProxy }]
  })
}

type PlainLog = { address: string; topics: readonly string[] }

function isSettled({ address, topics: [event = ''] }: PlainLog): boolean {
  return X402_PROXIES.some((proxy) => proxy === address) && SETTLED.some((settled) => settled === event)
}

function sameLogs(a: readonly DepositLog[], b: readonly DepositLog[]): boolean {
  const key = (logs: readonly DepositLog[]) =>
    logs.map((log) => [log.position, log.sender, log.amount, log.isX402].join()).join(';')
  return key(a) === key(b)
}

type GetReceipt = {
  Method: 'eth_getTransactionReceipt'
  Parameters: [Hex]
  ReturnType: RpcTransactionReceipt | null
}
type Call = { Method: 'eth_call'; Parameters: [object, object]; ReturnType: Hex }
