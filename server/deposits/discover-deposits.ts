import { pad, toEventSelector } from 'viem'
import { type StoredAddress, storedAddress } from '@/domain/address'
import { DEPOSIT_CONFIRMATIONS } from '@/domain/deposits'
import {
  type BlockSource,
  ChainError,
  createBlockSource,
  type LogFilter,
  type Rpc,
  readDepositTransaction,
  rpc,
  type WatchedLog,
} from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { createRangeReader } from '@/server/watcher'
import {
  type DepositCursor,
  insertDepositCursor,
  moveDepositCursor,
  releaseDepositCursor,
  takeDepositCursor,
} from './deposit-cursor-repository'
import { recordObservation } from './deposit-repository'
import { wakeDeposits } from './due-repository'

const TRANSFER = toEventSelector('Transfer(address,address,uint256)')
/** Longer than reading one range with a slow node; every move of the cursor renews it. */
const LEASE_SECONDS = 30
/** Farther behind than this, deep blocks are read in ranges; nearer each block is read by its hash. */
const MAX_BLOCKS_ONE_BY_ONE = 32n
/** So far the cursor goes back when its block is gone: reading again costs one range and changes nothing twice. */
const STEP_BACK_BLOCKS = 1_024n
const AT_ONCE = 8

export type DepositReader = {
  /** Reads on to the chain's head. Throws `ChainError` and what the database throws; the next call goes on. */
  step: (signal: AbortSignal) => Promise<void>
}

type Reading = { chainId: number; receiver: StoredAddress; leaseVersion: number }

/**
 * Finds USDC transfers to the receive address, nobody's claim needed, with a cursor of its own beside the watcher's: the receive
 * address may change, and its history is then read from the settlement's deployment on.
 */
export function createDepositReader({ clients = rpc() }: { clients?: Rpc } = {}): DepositReader {
  const { NETWORK, USDC_ADDRESS, RECEIVE_ADDRESS, PREPAY_DEPOSITS_ENABLED } = env()
  if (!PREPAY_DEPOSITS_ENABLED || !RECEIVE_ADDRESS) return { step: async () => {} }
  const receiver = storedAddress(RECEIVE_ADDRESS)
  const filters: LogFilter[] = [{ address: USDC_ADDRESS, topics: [[TRANSFER], null, [pad(receiver)]] }]
  const source = createBlockSource({ clients, filters })
  const ranges = createRangeReader({ source })
  const { chainId } = NETWORK
  return {
    step: async (signal) => {
      const taken = await takeDepositCursor({ chainId, receiver, leaseSeconds: LEASE_SECONDS })
      if (taken === 'held') return
      if (!taken) return startCursor({ source, chainId, receiver })
      const reading = { chainId, receiver, leaseVersion: taken.leaseVersion }
      try {
        await readOn({ reading, cursor: taken, source, ranges, signal })
      } catch (error) {
        source.rotate()
        throw error
      } finally {
        await releaseDepositCursor(reading)
      }
    },
  }
}

async function startCursor({
  source,
  chainId,
  receiver,
}: {
  source: BlockSource
  chainId: number
  receiver: string
}): Promise<void> {
  const { SETTLEMENT_DEPLOY_BLOCK: deployBlock } = env()
  const block = await source.readBlock(deployBlock > 0n ? deployBlock - 1n : 0n)
  if (block) await insertDepositCursor({ chainId, receiver, block })
}

type ReadOn = {
  reading: Reading
  cursor: DepositCursor
  source: BlockSource
  ranges: ReturnType<typeof createRangeReader>
  signal: AbortSignal
}

async function readOn({ reading, cursor, source, ranges, signal }: ReadOn): Promise<void> {
  const head = await source.readHead()
  // The node lags, or a new branch is still shorter than what was read.
  if (head.number < cursor.number) return
  if (head.number === cursor.number) {
    if (head.hash !== cursor.hash) await stepBack({ reading, cursor, source })
    return
  }
  let at: { number: bigint; hash: string } = cursor
  if (head.number - cursor.number > MAX_BLOCKS_ONE_BY_ONE) {
    const to = head.number - BigInt(DEPOSIT_CONFIRMATIONS) + 1n
    for await (const range of ranges.read({ from: cursor.number + 1n, to, signal })) {
      const [first, end] = [range.headers.get(range.from), range.headers.get(range.to)]
      if (!first || !end || first.parentHash !== at.hash) return stepBack({ reading, cursor, source })
      if (!(await writeDown(reading, range.logs, end))) return
      at = end
    }
  }
  while (at.number < head.number && !signal.aborted) {
    const number = at.number + 1n
    const block = number === head.number ? head : await source.readBlock(number)
    if (!block) return
    if (block.parentHash !== at.hash) return stepBack({ reading, cursor, source })
    if (!(await writeDown(reading, await source.readBlockLogs(block), block))) return
    at = block
  }
}

/** The cursor moves after its deposits are stored, so an interruption in between only reads the same again. */
async function writeDown(
  reading: Reading,
  logs: readonly WatchedLog[],
  block: { number: bigint; hash: string },
): Promise<boolean> {
  const { chainId, receiver } = reading
  // A transfer of nothing is no deposit, and anybody can make many of them in anybody's name.
  const hashes = [...new Set(logs.filter(({ data }) => BigInt(data) > 0n).map(({ txHash }) => txHash))]
  for (let start = 0; start < hashes.length; start += AT_ONCE) {
    await Promise.all(
      hashes.slice(start, start + AT_ONCE).map(async (txHash) => {
        const seen = await readDepositTransaction({ txHash, receiver })
        if (seen.type === 'missing') {
          throw new ChainError('incomplete', `the node shows a log of ${txHash}, but not yet its receipt`)
        }
        const asset = env().USDC_ADDRESS
        await recordObservation({ chainId, txHash, receiver, asset, seen, isSeenTwice: false })
      }),
    )
  }
  return moveDepositCursor({ ...reading, block, leaseSeconds: LEASE_SECONDS })
}

/** The block read last is not on the chain any more: everything that is not final is looked at, and what came instead is read. */
async function stepBack({
  reading,
  cursor,
  source,
}: {
  reading: Reading
  cursor: DepositCursor
  source: BlockSource
}): Promise<void> {
  const { SETTLEMENT_DEPLOY_BLOCK: deployBlock } = env()
  const start = deployBlock > 0n ? deployBlock - 1n : 0n
  const wanted = cursor.number - STEP_BACK_BLOCKS
  const block = await source.readBlock(wanted > start ? wanted : start)
  if (!block) throw new ChainError('unknown_block', `the node does not have block ${wanted}`)
  log.warn(
    { from: cursor.number, to: block.number },
    'reorganisation: transfers to the receive address are read again',
  )
  await wakeDeposits({ chainId: reading.chainId })
  await moveDepositCursor({ ...reading, block, leaseSeconds: LEASE_SECONDS })
}
