import { checksummed } from '@/domain/address'
import type { InstanceStatusView, WatcherView } from '@/domain/instance'
import { readHeadNumber } from '@/server/chain'
import { env } from '@/server/core/env'
import { selectAlarms } from './alarm-repository'
import { buildAlarmView } from './alarm-view'
import { selectProcesses } from './heartbeat-repository'
import { type CursorRow, findCursor, selectRelayers } from './instance-repository'

/** Half a minute on a chain with 2 s blocks. */
const BEHIND_BLOCKS = 15n

/** Everything an instance administrator sees on one page. Answers also when the chain does not. */
export async function getInstanceStatus(): Promise<InstanceStatusView> {
  const { chainId, name } = env().NETWORK
  const [cursor, chainHead, alarms, processes, relayers] = await Promise.all([
    findCursor(chainId),
    readHeadNumber().catch(() => null),
    selectAlarms({ workspaceId: null }),
    selectProcesses(),
    selectRelayers(chainId),
  ])
  return {
    network: name,
    chainId,
    watcher: buildWatcherView(cursor, chainHead),
    alarms: alarms.map(buildAlarmView),
    processes: processes.map((row) => ({
      ...row,
      startedAt: row.startedAt.toISOString(),
      heartbeatAt: row.heartbeatAt.toISOString(),
    })),
    relayers: relayers.map((row) => ({
      address: checksummed(row.address),
      nextNonce: row.nextNonce.toString(),
      gasBalanceWei: row.gasBalance?.toString() ?? null,
      checkedAt: row.checkedAt?.toISOString() ?? null,
    })),
  }
}

function buildWatcherView(cursor: CursorRow | null, chainHead: bigint | null): WatcherView {
  const lag = cursor && chainHead !== null ? chainHead - cursor.headBlock : null
  const decimal = (block: bigint | null | undefined) =>
    block === null || block === undefined || block < 0n ? null : block.toString()
  return {
    state: watcherState(cursor, lag),
    headBlock: decimal(cursor?.headBlock),
    finalBlock: decimal(cursor?.finalBlock),
    startBlock: decimal(cursor?.startBlock),
    backfillTo: decimal(cursor?.backfillTo),
    chainHeadBlock: decimal(chainHead),
    lagBlocks: lag === null ? null : Number(lag > 0n ? lag : 0n),
    updatedAt: cursor?.updatedAt.toISOString() ?? null,
  }
}

function watcherState(cursor: CursorRow | null, lag: bigint | null): WatcherView['state'] {
  if (!cursor) return 'starting'
  if (cursor.backfillTo !== null) return 'backfilling'
  return lag !== null && lag > BEHIND_BLOCKS ? 'behind' : 'following'
}
