import { EVENT_CONFIRMATIONS } from '@/domain/networks'
import type { BlockHeader, RangeLogs } from '@/server/chain'
import { inTransaction } from '@/server/core/db'
import { env } from '@/server/core/env'
import { raiseAlarm } from '@/server/instance'
import { insertBlock, moveCursor, type StoredCursor } from './cursor-repository'
import {
  finalizePendingEvents,
  insertFinalEvents,
  insertPendingEvents,
  selectWorkspacesOf,
} from './event-repository'
import type { LedgerEvent, StrayTransfer } from './watched-events'
import { laterBlock, newestFinalBlock } from './watcher'

type Read = { events: LedgerEvent[]; strays: StrayTransfer[] }

/**
 * One block at the head, in one transaction: cursor, its events as pending, and what became deep enough to be final.
 * Returns the moved cursor. Throws `CursorMoved`.
 */
export async function writeBlock({
  cursor,
  header,
  read,
}: {
  cursor: StoredCursor
  header: BlockHeader
  read: Read
}): Promise<StoredCursor> {
  const { chainId } = env().NETWORK
  const finalBlock = laterBlock(newestFinalBlock(header.number), cursor.finalBlock)
  const events = read.events.map((event) => ({ ...event, blockTimestamp: header.timestamp }))
  await inTransaction(async (client) => {
    await moveCursor(client, { chainId, from: cursor.head, to: header, finalBlock })
    await insertBlock(client, chainId, header)
    await insertPendingEvents(client, { chainId, events })
    await finalizePendingEvents(client, { chainId, finalBlock })
  })
  await raiseStrayAlarms(read.strays)
  return { ...cursor, head: { number: header.number, hash: header.hash }, finalBlock }
}

/** A range of deep blocks, in one transaction, straight into the ledger. Returns the moved cursor and how many events were new. */
export async function writeRange({
  cursor,
  range,
  read,
}: {
  cursor: StoredCursor
  range: RangeLogs
  read: Read
}): Promise<{ cursor: StoredCursor; count: number }> {
  const { chainId, blockTimeSeconds } = env().NETWORK
  const end = range.headers.get(range.to)
  if (!end) throw new Error(`the range up to ${range.to} was read without its last block`)
  const events = read.events.map((event) => ({
    ...event,
    blockTimestamp: range.headers.get(event.blockNumber)?.timestamp ?? end.timestamp,
  }))
  const count = await inTransaction(async (client) => {
    await moveCursor(client, { chainId, from: cursor.head, to: end, finalBlock: end.number })
    await insertBlock(client, chainId, end)
    // What was pending before is older than the range.
    await finalizePendingEvents(client, { chainId, finalBlock: cursor.head.number })
    return insertFinalEvents(client, {
      chainId,
      events,
      confirmationSeconds: (EVENT_CONFIRMATIONS - 1) * blockTimeSeconds,
    })
  })
  await raiseStrayAlarms(read.strays)
  return {
    cursor: { ...cursor, head: { number: end.number, hash: end.hash }, finalBlock: end.number },
    count,
  }
}

/** Only of workspaces' own wallets: else anybody could fill the alarms with dust. */
async function raiseStrayAlarms(strays: readonly StrayTransfer[]): Promise<void> {
  if (strays.length === 0) return
  const workspaces = await selectWorkspacesOf(strays.map((stray) => stray.from))
  for (const { from, amount, txHash, logIndex } of strays) {
    const workspace = workspaces.find(({ account }) => account === from)
    if (!workspace) continue
    await raiseAlarm({
      kind: 'stray_transfer',
      subject: `${txHash}:${logIndex}`,
      workspaceId: workspace.workspaceId,
      severity: 'warning',
      message: `${amount} atomic units of USDC were sent straight to the settlement contract. They do not count as a deposit and nobody can withdraw them.`,
      details: { from, amount: amount.toString(), txHash },
    })
  }
}
