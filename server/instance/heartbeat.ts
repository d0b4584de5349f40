import { randomUUID } from 'node:crypto'
import os from 'node:os'
import { describeDatabaseError } from '@/server/core/describe-database-error'
import { log } from '@/server/core/log'
import { deleteHeartbeat, deleteOldHeartbeats, upsertHeartbeat } from './heartbeat-repository'

const INTERVAL_MILLISECONDS = 5_000

export type Heartbeat = {
  /** Writes the row now, such as when the leader changed. */
  beat: () => Promise<void>
  /** Ends the heartbeat and removes the row. */
  stop: () => Promise<void>
}

type StartHeartbeat = {
  kind: 'web' | 'worker'
  isLeader?: () => boolean
  details?: () => Record<string, string | number | null>
}

/** Tells the other processes that this one is alive, every 5 s. A database that is away is waited for. */
export async function startHeartbeat({
  kind,
  isLeader = () => false,
  details = () => ({}),
}: StartHeartbeat): Promise<Heartbeat> {
  const id = randomUUID()
  const write = () =>
    upsertHeartbeat({
      id,
      kind,
      host: os.hostname(),
      pid: process.pid,
      isLeader: isLeader(),
      details: details(),
    })
  let running: Promise<void> = Promise.resolve()
  const beat = () => {
    running = write().catch((error) => {
      log.warn({ reason: describeDatabaseError(error) }, 'heartbeat not written')
    })
    return running
  }
  await beat()
  await deleteOldHeartbeats().catch(() => {})
  const timer = setInterval(beat, INTERVAL_MILLISECONDS)
  timer.unref()
  return {
    beat,
    stop: async () => {
      clearInterval(timer)
      await running
      await deleteHeartbeat(id).catch(() => {})
    },
  }
}
