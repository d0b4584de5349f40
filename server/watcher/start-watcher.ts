import { setTimeout as sleep } from 'node:timers/promises'
import { assertChainId, createBlockSource, type Rpc, rpc, toChainError } from '@/server/chain'
import { describeDatabaseError } from '@/server/core/describe-database-error'
import { EnvError, env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { raiseAlarm, resolveAlarms } from '@/server/instance'
import { CursorMoved } from './cursor-repository'
import { createFollower, type Follower, type StepResult } from './follow-chain'
import { acquireLeadership, type Leadership } from './leadership'
import { ChainReplaced } from './open-cursor'
import { createPace } from './pace'
import { watchedFilters } from './watched-events'
import { backoffMilliseconds } from './watcher'

export type Watcher = {
  isLeader: () => boolean
  /** The last block read, and the seconds since a round went well; null before the first. */
  status: () => { headBlock: bigint | null; secondsSinceRound: number | null }
  /** Finishes the write under way and gives up the lead. */
  stop: () => Promise<void>
  /** Resolves after `stop`; rejects with `EnvError` or `ChainReplaced` when this is not the right chain. */
  done: Promise<void>
}

export type WatcherTimes = {
  /** How often the head is asked for around the time of the next block. */
  pollMilliseconds: number
  /** After a block nothing is asked for this long; 0 polls all the time. */
  blockMilliseconds: number
  backoffMinMilliseconds: number
  backoffMaxMilliseconds: number
  standbyMilliseconds: number
}

const CHAIN_CHECK_MILLISECONDS = 60_000
/** 30 blocks of Base without a new one. */
const STALE_HEAD_MILLISECONDS = 60_000
/** A node that errs this often in a row has a problem that a person should see. */
const ALARM_FAILURES = 8

function defaultTimes(): WatcherTimes {
  return {
    pollMilliseconds: 50,
    blockMilliseconds: env().NETWORK.blockTimeSeconds * 1000,
    backoffMinMilliseconds: 250,
    backoffMaxMilliseconds: 10_000,
    standbyMilliseconds: 1_000,
  }
}

/** Starts this process's watcher: it leads, or stands by until the leader is gone. Errors of nodes and database are waited for. */
export function startWatcher({
  clients = rpc(),
  times = {},
}: {
  clients?: Rpc
  times?: Partial<WatcherTimes>
} = {}): Watcher {
  const controller = new AbortController()
  const state: State = { leadership: null, headBlock: null, roundAt: null }
  const all = { ...defaultTimes(), ...times }
  const done = run({ clients, times: all, state, signal: controller.signal })
  // `done` may be looked at much later; until then its failure must not end the process as unhandled.
  done.catch(() => {})
  return {
    isLeader: () => state.leadership?.isHeld() ?? false,
    status: () => ({
      headBlock: state.headBlock,
      secondsSinceRound:
        state.roundAt === null ? null : Math.round((performance.now() - state.roundAt) / 1000),
    }),
    stop: async () => {
      controller.abort()
      await done.catch(() => {})
    },
    done,
  }
}

type State = { leadership: Leadership | null; headBlock: bigint | null; roundAt: number | null }
type Run = { clients: Rpc; times: WatcherTimes; state: State; signal: AbortSignal }

async function run({ clients, times, state, signal }: Run): Promise<void> {
  const { chainId } = env().NETWORK
  while (!signal.aborted) {
    const leadership = await acquireLeadership({
      chainId,
      signal,
      pollMilliseconds: times.standbyMilliseconds,
    })
    if (!leadership) return
    log.info({ chainId }, 'watcher leads')
    state.leadership = leadership
    try {
      await lead({ clients, times, state, signal, leadership })
    } finally {
      state.leadership = null
      await leadership.release()
    }
    if (!signal.aborted) log.warn({ chainId }, 'watcher lost the lead')
  }
}

async function lead({ clients, times, state, signal, leadership }: Run & { leadership: Leadership }) {
  const source = createBlockSource({
    clients,
    filters: watchedFilters({ settlement: env().SETTLEMENT_ADDRESS, usdc: env().USDC_ADDRESS }),
  })
  const onProgress = (head: bigint) => {
    state.headBlock = head
    state.roundAt = performance.now()
  }
  const follower = createFollower({ source, onReorg: () => assertChainId({ clients }), onProgress })
  const pace = createPace(times)
  const health = createHealth()
  let failures = 0
  let chainCheckedAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted && leadership.isHeld()) {
    let wait: number
    try {
      await leadership.confirm()
      if (performance.now() - chainCheckedAt > CHAIN_CHECK_MILLISECONDS) {
        await assertChainId({ clients })
        chainCheckedAt = performance.now()
      }
      const result = await follower.step(signal)
      failures = 0
      onProgress(result.head)
      if ((await health.report(result)) === 'stands_still') source.rotate()
      wait = pace.next(result)
    } catch (error) {
      if (error instanceof ChainReplaced || error instanceof EnvError) throw error
      failures += 1
      source.rotate()
      wait = await explainFailure({ error, failures, follower, times, health })
    }
    await sleep(wait, undefined, { signal }).catch(() => {})
  }
}

async function explainFailure({
  error,
  failures,
  follower,
  times,
  health,
}: {
  error: unknown
  failures: number
  follower: Follower
  times: WatcherTimes
  health: Health
}): Promise<number> {
  follower.reset()
  if (error instanceof CursorMoved) {
    log.info({ reason: error.message }, 'watcher reads its cursor again')
    return times.pollMilliseconds
  }
  const wait = backoffMilliseconds(failures, {
    min: times.backoffMinMilliseconds,
    max: times.backoffMaxMilliseconds,
  })
  const reason = describeFailure(error)
  log.warn({ reason, failures, waitMilliseconds: wait }, 'watcher waits after an error')
  if (failures === ALARM_FAILURES) await health.fail(reason)
  return wait
}

function describeFailure(error: unknown): string {
  const isDatabase = error instanceof Error && 'severity' in error
  return isDatabase ? describeDatabaseError(error) : toChainError(error).message
}

type Health = ReturnType<typeof createHealth>

/** Turns what lasts into alarms, and resolves them when it is over. */
function createHealth() {
  const { chainId } = env().NETWORK
  const subject = String(chainId)
  let movedAt = performance.now()
  let isFailing = true
  let isStale = true
  const quietly = (work: Promise<void>) => work.catch(() => {})
  return {
    report: async (result: StepResult): Promise<'moves' | 'stands_still'> => {
      // The first good round also resolves what an earlier process left open.
      if (isFailing)
        await quietly(resolveAlarms({ kind: 'missing_logs', subjects: [subject], by: 'watcher' }))
      isFailing = false
      if (result.type === 'advanced' || result.type === 'rolled_back') {
        movedAt = performance.now()
        if (isStale) await quietly(resolveAlarms({ kind: 'stale_head', subjects: [subject], by: 'watcher' }))
        isStale = false
        return 'moves'
      }
      if (performance.now() - movedAt < STALE_HEAD_MILLISECONDS) return 'moves'
      movedAt = performance.now()
      isStale = true
      await quietly(
        raiseAlarm({
          kind: 'stale_head',
          subject,
          severity: 'warning',
          message: `The node has shown no new block after ${result.head} for a minute or more.`,
          details: { headBlock: result.head.toString() },
        }),
      )
      return 'stands_still'
    },
    fail: async (reason: string) => {
      isFailing = true
      await quietly(
        raiseAlarm({
          kind: 'missing_logs',
          subject,
          severity: 'critical',
          message: `The watcher cannot go on: ${reason}. Deposits and withdrawals on chain are safe; the list of events is late.`,
        }),
      )
    },
  }
}
