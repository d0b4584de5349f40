import type { BlockSource } from '@/server/chain'
import { ChainError } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { findCursor, insertCursor, type StoredCursor } from './cursor-repository'

/** The chain is not the one this database was filled from; no retry helps, a person has to decide. */
export class ChainReplaced extends Error {
  override readonly name = 'ChainReplaced'
}

/**
 * The cursor, started at the settlement's deployment when there is none yet. Throws `ChainReplaced` when the database was
 * filled from another chain or another settlement, and at the start on the local chain also when the chain is older than the
 * database.
 */
export async function openCursor({
  source,
  isStart,
}: {
  source: BlockSource
  /** Whether this instance has just begun to lead; later a node that lags is simply waited for. */
  isStart: boolean
}): Promise<StoredCursor> {
  const { chainId, chainName } = env().NETWORK
  const stored = (await findCursor(chainId)) ?? (await startCursor({ source, chainId }))
  if (stored.settlement !== env().SETTLEMENT_ADDRESS) {
    throw new ChainReplaced(
      `The database holds the events of settlement ${stored.settlement}, but SETTLEMENT_ADDRESS is ${env().SETTLEMENT_ADDRESS}. Use the database that belongs to it, or an empty one.`,
    )
  }
  const [base, head] = [await source.readBlock(stored.base.number), await source.readHead()]
  if (base ? base.hash !== stored.base.hash : head.number < stored.base.number) {
    throw new ChainReplaced(
      `This is not the chain that the database was filled from: block ${stored.base.number} of ${chainName} was ${stored.base.hash} and is now ${base?.hash ?? 'missing'}. Bring back the chain's state, or start with an empty database.`,
    )
  }
  if (!base) throw new ChainError('unknown_block', `the node does not have block ${stored.base.number}`)
  if (isStart && head.number < stored.finalBlock) noticeOlderChain(stored, head.number)
  return stored
}

function noticeOlderChain(stored: StoredCursor, nodeHead: bigint) {
  const message = `The chain is older than the database: its newest block is ${nodeHead}, but events up to block ${stored.finalBlock} are final here.`
  if (env().isLocal) {
    throw new ChainReplaced(
      `${message} Bring back the chain's newer state, or start with an empty database and chain.`,
    )
  }
  log.error({ nodeHead, finalBlock: stored.finalBlock }, `${message} Waiting for the node to catch up.`)
}

async function startCursor({
  source,
  chainId,
}: {
  source: BlockSource
  chainId: number
}): Promise<StoredCursor> {
  const deployBlock = env().SETTLEMENT_DEPLOY_BLOCK
  const number = deployBlock > 0n ? deployBlock - 1n : 0n
  const base = await source.readBlock(number)
  if (!base) {
    throw new ChainError(
      'unknown_block',
      `block ${number}, before SETTLEMENT_DEPLOY_BLOCK, is not on the chain; waiting for it`,
    )
  }
  await insertCursor({ chainId, settlement: env().SETTLEMENT_ADDRESS, base })
  const cursor = await findCursor(chainId)
  if (!cursor) throw new Error('the cursor that was just inserted is gone')
  log.info({ fromBlock: number + 1n, settlement: cursor.settlement }, 'watcher starts from the deployment')
  return cursor
}
