import { type Address, type Hex, pad, toEventSelector } from 'viem'
import { env } from '@/server/core/env'
import { ChainError } from './chain-error'
import { askByRange, proveByReceipts } from './read-block-logs'
import { readHeader } from './read-header'
import { rpc } from './rpc'
import { type LogFilter, sortLogs, type WatchedLog } from './watched-log'

const AUTHORIZATION_USED = toEventSelector('AuthorizationUsed(address,bytes32)')
const TRANSFER = toEventSelector('Transfer(address,address,uint256)')
/** Providers bound how many topics a filter may list. */
const WALLETS_PER_REQUEST = 200

/** USDC that left a wallet. */
export type WalletSpend = {
  from: Address
  to: Address
  /** Atomic units. */
  amount: bigint
  /** Of the authorization directly before the transfer; null when the wallet sent it in another way. */
  nonce: Hex | null
  txHash: Hex
  blockNumber: bigint
  logIndex: number
}

type Range = { from: bigint; to: bigint }

/**
 * What left the wallets in a range of blocks, as any endpoint shows it: hidden by one, it is found at another. Not proven; see
 * `readProvenSpends`. Throws `ChainError`, also when a single endpoint does not answer.
 */
export async function readWalletSpends(wallets: readonly Address[], range: Range): Promise<WalletSpend[]> {
  const spends = new Map<string, WalletSpend>()
  for (let start = 0; start < wallets.length; start += WALLETS_PER_REQUEST) {
    const filters = filtersOf(wallets.slice(start, start + WALLETS_PER_REQUEST))
    const answers = await Promise.all(
      rpc().endpoints.map((client) => askByRange({ client, filters, ...range })),
    )
    for (const spend of answers.flatMap(pairLogs)) spends.set(`${spend.txHash}:${spend.logIndex}`, spend)
  }
  return [...spends.values()]
}

/**
 * What left one wallet in one block, proven by the block's receipts: a single log that an endpoint keeps back would make an
 * authorized transfer look like one without authorization. Throws `ChainError` as long as nothing proves it.
 */
export async function readProvenSpends(wallet: Address, blockNumber: bigint): Promise<WalletSpend[]> {
  const header = await readHeader(blockNumber)
  // A node that is behind has no such block; that says nothing about what is in it.
  if (!header) throw new ChainError('unknown_block', `no endpoint has block ${blockNumber}`)
  return pairLogs(await proveByReceipts({ endpoints: rpc().endpoints, filters: filtersOf([wallet]), header }))
}

function filtersOf(wallets: readonly Address[]): LogFilter[] {
  const address = env().USDC_ADDRESS.toLowerCase() as Hex
  const topics = wallets.map((wallet) => pad(wallet).toLowerCase() as Hex)
  return [AUTHORIZATION_USED, TRANSFER].map((event) => ({ address, topics: [[event], topics] }))
}

/** USDC emits `AuthorizationUsed` and then, directly behind it, the transfer of that very authorization. */
function pairLogs(logs: readonly WatchedLog[]): WalletSpend[] {
  const sorted = sortLogs(logs)
  return sorted.flatMap((log, index) => {
    const [event, from, to] = log.topics
    if (event !== TRANSFER || !from || !to) return []
    const before = sorted[index - 1]
    const isAuthorized =
      before?.topics[0] === AUTHORIZATION_USED &&
      before.txHash === log.txHash &&
      before.logIndex === log.logIndex - 1 &&
      before.topics[1] === from
    return {
      from: addressOf(from),
      to: addressOf(to),
      amount: BigInt(log.data),
      nonce: isAuthorized ? (before.topics[2] ?? null) : null,
      txHash: log.txHash,
      blockNumber: log.blockNumber,
      logIndex: log.logIndex,
    }
  })
}

const addressOf = (topic: Hex): Address => `0x${topic.slice(26)}`
