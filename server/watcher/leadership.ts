import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { openConnection } from '@/server/core/db'
import { describeDatabaseError } from '@/server/core/describe-database-error'
import { log } from '@/server/core/log'

// The first key of the two-part advisory lock; the second is the chain id.
const WATCHER_LOCK = 7272
/** How soon another instance takes over when the leader is gone. */
const STANDBY_POLL_MILLISECONDS = 1_000
const CONFIRM_MILLISECONDS = 5_000

export type Leadership = {
  /** False from the moment the connection that holds the lock is lost. */
  isHeld: () => boolean
  /** Asks the database over that connection, at most every 5 s, so that a dead line is noticed. */
  confirm: () => Promise<void>
  release: () => Promise<void>
}

/**
 * Waits until this instance leads the chain's watcher. The lock belongs to a connection, so PostgreSQL frees it when the
 * process dies. Null when `signal` aborts first. The lock decides who works; what keeps two writers apart is `moveCursor`.
 */
export async function acquireLeadership({
  chainId,
  signal,
  pollMilliseconds = STANDBY_POLL_MILLISECONDS,
}: {
  chainId: number
  signal: AbortSignal
  pollMilliseconds?: number
}): Promise<Leadership | null> {
  while (!signal.aborted) {
    let client: pg.Client | undefined
    try {
      client = await openConnection({ purpose: 'watcher-lock' })
      if (await waitForLock({ client, chainId, signal, pollMilliseconds })) return leadershipOf(client)
    } catch (error) {
      if (!signal.aborted) log.warn({ reason: describeDatabaseError(error) }, 'watcher lock not reachable')
    }
    await client?.end().catch(() => {})
    await sleep(pollMilliseconds, undefined, { signal }).catch(() => {})
  }
  return null
}

async function waitForLock({
  client,
  chainId,
  signal,
  pollMilliseconds,
}: {
  client: pg.Client
  chainId: number
  signal: AbortSignal
  pollMilliseconds: number
}): Promise<boolean> {
  for (let round = 0; !signal.aborted; round += 1) {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1, $2) as locked',
      [WATCHER_LOCK, chainId],
    )
    if (rows[0]?.locked) return true
    if (round === 0) log.info({ chainId }, 'watcher stands by: another instance leads')
    await sleep(pollMilliseconds, undefined, { signal }).catch(() => {})
  }
  return false
}

function leadershipOf(client: pg.Client): Leadership {
  let isHeld = true
  let confirmedAt = performance.now()
  const lose = () => {
    isHeld = false
  }
  client.on('error', lose)
  client.on('end', lose)
  return {
    isHeld: () => isHeld,
    confirm: async () => {
      if (!isHeld || performance.now() - confirmedAt < CONFIRM_MILLISECONDS) return
      await client.query('select 1').catch(lose)
      confirmedAt = performance.now()
    },
    release: async () => {
      isHeld = false
      await client.end().catch(() => {})
    },
  }
}
