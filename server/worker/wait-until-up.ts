import { setTimeout as sleep } from 'node:timers/promises'
import { assertChainId, toChainError } from '@/server/chain'
import { pool } from '@/server/core/db'
import { describeDatabaseError } from '@/server/core/describe-database-error'
import { EnvError } from '@/server/core/env'
import { log } from '@/server/core/log'

const FIRST_WAIT_MILLISECONDS = 200
const LONGEST_WAIT_MILLISECONDS = 5_000

/** Waits until database and chain answer. Throws `EnvError` at once when it is another chain. */
export async function waitUntilUp({ signal }: { signal: AbortSignal }): Promise<void> {
  await repeat('database', () => pool().query('select 1'), describeDatabaseError, signal)
  await repeat(
    'chain',
    () => assertChainId(),
    (error) => toChainError(error).message,
    signal,
  )
}

async function repeat(
  what: string,
  attempt: () => Promise<unknown>,
  explain: (error: unknown) => string,
  signal: AbortSignal,
): Promise<void> {
  for (
    let wait = FIRST_WAIT_MILLISECONDS;
    !signal.aborted;
    wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS)
  ) {
    try {
      await attempt()
      return
    } catch (error) {
      if (error instanceof EnvError) throw error
      log.warn({ reason: explain(error), waitMilliseconds: wait }, `worker waits for the ${what}`)
    }
    await sleep(wait, undefined, { signal }).catch(() => {})
  }
}
