import type { Hex, RpcBlock, RpcLog } from 'viem'
import { ChainError } from './chain-error'

export type BlockHeader = {
  number: bigint
  hash: Hex
  parentHash: Hex
  /** Unix seconds. */
  timestamp: bigint
  logsBloom: Hex
}

export type WatchedLog = {
  address: Hex
  topics: readonly Hex[]
  data: Hex
  blockNumber: bigint
  blockHash: Hex
  txHash: Hex
  logIndex: number
}

/** Logs of one contract: each position of `topics` lists what it may be, null lets anything pass. */
export type LogFilter = { address: Hex; topics: readonly (readonly Hex[] | null)[] }

/** Addresses, hashes and topics leave in lower case. Throws `incomplete` for a header that lacks a part. */
export function parseHeader(block: RpcBlock): BlockHeader {
  const { number, hash, parentHash, timestamp, logsBloom } = block
  if (!number || !hash || !parentHash || !timestamp || !logsBloom || logsBloom.length !== 514) {
    throw new ChainError('incomplete', 'the node answered with a block header that lacks a part')
  }
  return {
    number: BigInt(number),
    hash: lower(hash),
    parentHash: lower(parentHash),
    timestamp: BigInt(timestamp),
    logsBloom: lower(logsBloom),
  }
}

/** Throws `incomplete` for a log that lacks a part or was removed. */
export function parseLog(log: RpcLog): WatchedLog {
  const { blockNumber, blockHash, transactionHash, logIndex } = log
  if (!blockNumber || !blockHash || !transactionHash || !logIndex || log.removed) {
    throw new ChainError(
      'incomplete',
      'the node answered with a log that is pending, removed or lacks a part',
    )
  }
  return {
    address: lower(log.address),
    topics: log.topics.map(lower),
    data: log.data,
    blockNumber: BigInt(blockNumber),
    blockHash: lower(blockHash),
    txHash: lower(transactionHash),
    logIndex: Number(logIndex),
  }
}

export function matches(log: { address: Hex; topics: readonly Hex[] }, filter: LogFilter): boolean {
  return (
    log.address === filter.address &&
    filter.topics.every((wanted, index) => wanted === null || isOneOf(wanted, log.topics[index]))
  )
}

/** In the chain's order and without repetition. */
export function sortLogs(logs: readonly WatchedLog[]): WatchedLog[] {
  const byPlace = new Map(logs.map((log) => [`${log.blockHash}:${log.logIndex}`, log]))
  return [...byPlace.values()].sort((a, b) =>
    a.blockNumber === b.blockNumber ? a.logIndex - b.logIndex : a.blockNumber < b.blockNumber ? -1 : 1,
  )
}

function isOneOf(wanted: readonly Hex[], topic: Hex | undefined): boolean {
  return topic !== undefined && wanted.includes(topic)
}

function lower(hex: string): Hex {
  return hex.toLowerCase() as Hex
}
