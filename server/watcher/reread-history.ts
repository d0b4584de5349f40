import { pad } from 'viem'
import type { StoredAddress } from '@/domain/address'
import { EVENT_CONFIRMATIONS } from '@/domain/networks'
import { createBlockSource, type Rpc } from '@/server/chain'
import { inTransaction } from '@/server/core/db'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { findCursor, holdCursor } from './cursor-repository'
import { insertFinalEvents } from './event-repository'
import { createRangeReader } from './read-ranges'
import { accountFilters, readWatchedLogs } from './watched-events'

/**
 * Reads the final history of some accounts again and adds what is missing, for a node that once kept something back. What is in
 * the ledger already stays as it is. Returns how many events were added.
 */
export async function rereadHistory({
  clients,
  accounts,
}: {
  clients: Rpc
  accounts: readonly StoredAddress[]
}): Promise<number> {
  const { chainId, blockTimeSeconds } = env().NETWORK
  const cursor = await findCursor(chainId)
  if (!cursor) return 0
  const source = createBlockSource({
    clients,
    filters: accountFilters({
      settlement: env().SETTLEMENT_ADDRESS,
      accounts: accounts.map((account) => pad(account)),
    }),
  })
  const { signal } = new AbortController()
  const wanted = { from: cursor.base.number + 1n, to: cursor.finalBlock, signal }
  if (wanted.from > wanted.to) return 0
  let added = 0
  for await (const range of createRangeReader({ source }).read(wanted)) {
    const { events } = readWatchedLogs(range.logs)
    const missing = events.map((event) => ({
      ...event,
      blockTimestamp: range.headers.get(event.blockNumber)?.timestamp ?? 0n,
    }))
    added += await inTransaction(async (client) => {
      // The watcher may have rolled back meanwhile; then what was read here could be of a block that is gone.
      if (!(await holdCursor(client, { chainId, finalBlock: range.to }))) return 0
      return insertFinalEvents(client, {
        chainId,
        events: missing,
        confirmationSeconds: (EVENT_CONFIRMATIONS - 1) * blockTimeSeconds,
      })
    })
  }
  if (added > 0) log.warn({ added, accounts }, 'events that a node had kept back were added to the ledger')
  return added
}
