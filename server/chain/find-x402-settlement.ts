import { type Address, type Hex, type Log, parseAbi, parseAbiItem, parseEventLogs } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { permit2Address, x402UptoPermit2ProxyAddress } from '@/domain/canonical-addresses'
import { env } from '@/server/core/env'
import { type RpcClient, rpc } from './rpc'

const AUTHORIZATION_USED = parseAbiItem(
  'event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)',
)
const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')
const permit2Abi = parseAbi(['function nonceBitmap(address owner, uint256 word) view returns (uint256)'])
const proxyAbi = parseAbi(['event Settled()', 'event SettledWithPermit()'])

/** Providers answer at least this range of blocks; a payment lives five minutes, 150 blocks of two seconds. */
const RANGE_BLOCKS = 2_000n

export type X402Settlement = {
  txHash: Hex
  blockNumber: bigint
  blockHash: Hex
  /** Of the token's transfer. */
  logIndex: number
  /** The transfer's value in micro USDC. */
  amount: bigint
}

/**
 * `unused`: the nonce can still pay. `elsewhere`: it was cancelled or paid something else, so it never will. `missing`: it is
 * used and the endpoint does not show by what (yet).
 */
export type X402Search =
  | { kind: 'unused' }
  | { kind: 'found'; settlement: X402Settlement }
  | { kind: 'elsewhere' }
  | { kind: 'missing' }

type ExactSearch = { payer: Address; nonce: Hex; payTo: Address; fromBlock: bigint }

/** Finds by USDC's own logs what an EIP-3009 nonce has paid: the transfer directly after its `AuthorizationUsed`, whoever sent it. */
export async function findExactSettlement(search: ExactSearch): Promise<X402Search> {
  const { payer, nonce, payTo, fromBlock } = search
  const client = rpc().any
  if (!(await isExactNonceUsed(search, 'latest'))) return { kind: 'unused' }
  for await (const range of rangesOf(client, fromBlock)) {
    const [used] = await client.getLogs({
      address: env().USDC_ADDRESS,
      event: AUTHORIZATION_USED,
      args: { authorizer: payer, nonce },
      ...range,
    })
    if (!used) continue
    const transfers = await client.getLogs({
      address: env().USDC_ADDRESS,
      event: TRANSFER,
      args: { from: payer, to: payTo },
      blockHash: used.blockHash,
    })
    const transfer = transfers.find((log) => log.logIndex === used.logIndex + 1)
    return transfer?.args.value
      ? { kind: 'found', settlement: toSettlement(transfer, transfer.args.value) }
      : goneOrMissing(await isExactNonceUsed(search, 'finalized'))
  }
  return goneOrMissing(await isExactNonceUsed(search, 'finalized'))
}

type UptoSearch = {
  payer: Address
  nonce: bigint
  payTo: Address
  /** The words of the calldata that name this permission. */
  permitWords: string
  fromBlock: bigint
}

/**
 * Finds what a Permit2 nonce has paid. Permit2 emits no event of its own, so a transfer from payer to payee counts that the
 * canonical proxy's `Settled` follows, in a transaction whose calldata holds this very permission.
 */
export async function findUptoSettlement(search: UptoSearch): Promise<X402Search> {
  const { payer, payTo, fromBlock } = search
  const client = rpc().any
  if (!(await isUptoNonceUsed(search, 'latest'))) return { kind: 'unused' }
  for await (const range of rangesOf(client, fromBlock)) {
    const transfers = await client.getLogs({
      address: env().USDC_ADDRESS,
      event: TRANSFER,
      args: { from: payer, to: payTo },
      ...range,
    })
    for (const transfer of transfers) {
      if (transfer.args.value === undefined || !(await isSettledBy(client, transfer, search.permitWords)))
        continue
      return { kind: 'found', settlement: toSettlement(transfer, transfer.args.value) }
    }
  }
  return goneOrMissing(await isUptoNonceUsed(search, 'finalized'))
}

async function isSettledBy(
  client: RpcClient,
  transfer: Log<bigint, number, false>,
  permitWords: string,
): Promise<boolean> {
  const { input } = await client.getTransaction({ hash: transfer.transactionHash })
  if (!input.includes(permitWords)) return false
  const { logs } = await client.getTransactionReceipt({ hash: transfer.transactionHash })
  return parseEventLogs({ abi: proxyAbi, logs }).some(
    (log) =>
      log.address.toLowerCase() === x402UptoPermit2ProxyAddress.toLowerCase() &&
      log.logIndex > transfer.logIndex,
  )
}

// Not in the logs up to a final block although used there: cancelled, or used for something that is not ours.
function goneOrMissing(isUsedForGood: boolean): X402Search {
  return { kind: isUsedForGood ? 'elsewhere' : 'missing' }
}

/** Whether an EIP-3009 nonce is used or cancelled, at the head or at the final block. */
export function isExactNonceUsed(
  { payer, nonce }: { payer: Address; nonce: Hex },
  blockTag: 'latest' | 'finalized',
): Promise<boolean> {
  return rpc().any.readContract({
    address: env().USDC_ADDRESS,
    abi: usdcAbi,
    functionName: 'authorizationState',
    args: [payer, nonce],
    blockTag,
  })
}

/** Whether a Permit2 nonce is used or invalidated, at the head or at the final block. */
export async function isUptoNonceUsed(
  { payer, nonce }: { payer: Address; nonce: bigint },
  blockTag: 'latest' | 'finalized',
): Promise<boolean> {
  const bitmap = await rpc().any.readContract({
    address: permit2Address,
    abi: permit2Abi,
    functionName: 'nonceBitmap',
    args: [payer, nonce >> 8n],
    blockTag,
  })
  return ((bitmap >> (nonce & 0xffn)) & 1n) === 1n
}

async function* rangesOf(client: RpcClient, fromBlock: bigint) {
  const head = await client.getBlockNumber({ cacheTime: 0 })
  for (let start = fromBlock; start <= head; start += RANGE_BLOCKS) {
    const end = start + RANGE_BLOCKS - 1n
    yield { fromBlock: start, toBlock: end < head ? end : head }
  }
}

function toSettlement(log: Log<bigint, number, false>, amount: bigint): X402Settlement {
  const { transactionHash: txHash, blockNumber, blockHash, logIndex } = log
  return { txHash, blockNumber, blockHash, logIndex, amount }
}
