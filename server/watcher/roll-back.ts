import type { Hex } from 'viem'
import type { BlockHeader, BlockSource } from '@/server/chain'
import { inTransaction } from '@/server/core/db'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { raiseAlarm } from '@/server/instance'
import { deleteBlocksAbove, moveCursor, type StoredCursor, selectKnownBlocks } from './cursor-repository'
import { deletePendingAbove, reverseEvents, selectLedgerBlocksAbove } from './event-repository'
import { type BlockRef, type ChainStep, earlierBlock } from './watcher'

type Reorg = Extract<ChainStep, { type: 'reorg' }>

/** The newest block read before that the node has as well; null when it has not even the base. */
export async function findFork({ source }: { source: BlockSource }): Promise<BlockRef | null> {
  for (const known of await selectKnownBlocks(env().NETWORK.chainId)) {
    const block = await source.readBlock(known.number)
    if (block?.hash === known.hash) return known
  }
  return null
}

/**
 * Takes back what was read of blocks above the fork, in one transaction: pending events vanish, final ones are reversed by rows of
 * their own, with an alarm. Returns the cursor at the fork. Throws `CursorMoved`.
 */
export async function rollBack({
  cursor,
  reorg,
  source,
  nodeHead,
}: {
  cursor: StoredCursor
  reorg: Reorg
  source: BlockSource
  nodeHead: BlockHeader
}): Promise<StoredCursor> {
  const { chainId } = env().NETWORK
  const { fork, depth, isDeep } = reorg
  const blockHashes = isDeep ? await findDroppedLedgerBlocks({ source, chainId, fork }) : []
  if (isDeep) await raiseDeepReorgAlarm({ cursor, reorg, noticedAt: nodeHead.number })
  const finalBlock = earlierBlock(cursor.finalBlock, fork.number)
  const counts = await inTransaction(async (client) => {
    await moveCursor(client, { chainId, from: cursor.head, to: fork, finalBlock })
    await deleteBlocksAbove(client, chainId, fork.number)
    const pending = await deletePendingAbove(client, chainId, fork.number)
    const reversed =
      blockHashes.length > 0 ? await reverseEvents(client, { chainId, blockHashes, noticedAt: nodeHead }) : 0
    return { pending, reversed }
  })
  log.warn({ fork: fork.number, depth, isDeep, ...counts }, 'reorganisation: rolled back to the fork')
  return { ...cursor, head: fork, finalBlock }
}

/** Known blocks may lie far apart, so the fork can be older than the first block that really changed. */
async function findDroppedLedgerBlocks({
  source,
  chainId,
  fork,
}: {
  source: BlockSource
  chainId: number
  fork: BlockRef
}): Promise<Hex[]> {
  const dropped: Hex[] = []
  for (const block of await selectLedgerBlocksAbove(chainId, fork.number)) {
    const onChain = await source.readBlock(block.number)
    if (onChain?.hash !== block.hash) dropped.push(block.hash)
  }
  return dropped
}

function raiseDeepReorgAlarm({
  cursor,
  reorg,
  noticedAt,
}: {
  cursor: StoredCursor
  reorg: Reorg
  noticedAt: bigint
}): Promise<void> {
  const { fork, depth } = reorg
  return raiseAlarm({
    kind: 'deep_reorg',
    subject: `${fork.number}:${cursor.head.hash}`,
    severity: 'critical',
    message: `The chain replaced blocks that were final here: block ${fork.number} still stands, ${depth} blocks above it were read anew. Reversed events carry a negative amount.`,
    details: {
      fork: fork.number.toString(),
      depth,
      oldHead: cursor.head.number.toString(),
      finalBlock: cursor.finalBlock.toString(),
      noticedAt: noticedAt.toString(),
    },
  })
}
