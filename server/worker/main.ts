// The background process: watcher, relayed transactions and jobs. Starts with `node --import tsx server/worker/main.ts` and PROCESS_KIND=worker.
import { closeDatabase } from '@/server/core/db'
import { describeDatabaseError } from '@/server/core/describe-database-error'
import { EnvError, env } from '@/server/core/env'
import { type Heartbeat, startHeartbeat } from '@/server/instance'
import { ChainReplaced, startWatcher, type Watcher } from '@/server/watcher'
import { startJobs } from './start-jobs'
import { startSweep } from './start-sweep'
import { SWEEPS } from './sweeps'
import { waitUntilUp } from './wait-until-up'

/** What is not done by then is safe to cut off: every write is one transaction. */
const STOP_MILLISECONDS = 9_000
/** A leader whose rounds stand still for longer is not shown as leading: readiness then names it. */
const STUCK_SECONDS = 60

try {
  if (env().PROCESS_KIND !== 'worker')
    throw new EnvError('PROCESS_KIND must be "worker" for server/worker/main.ts')
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}
const { log } = await import('@/server/core/log')

const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (!stopping.signal.aborted) log.info({ signal }, 'worker stops')
    stopping.abort()
  })
}
const stopAsked = new Promise<void>((resolve) => {
  stopping.signal.addEventListener('abort', () => resolve())
})

const stops: (() => Promise<unknown>)[] = []
let exitCode = 0
try {
  await work()
} catch (error) {
  exitCode = 1
  const isForPeople = error instanceof EnvError || error instanceof ChainReplaced
  const reason = isForPeople ? error.message : describeDatabaseError(error)
  log.fatal({ reason }, 'worker cannot go on')
  process.stderr.write(`${reason}\n`)
}
setTimeout(() => process.exit(1), STOP_MILLISECONDS).unref()
await Promise.allSettled(stops.map((stop) => stop()))
await closeDatabase().catch(() => {})
log.info('worker stopped')
process.exit(exitCode)

async function work() {
  const { signal } = stopping
  await waitUntilUp({ signal })
  if (signal.aborted) return
  const watcher = startWatcher()
  stops.push(() => watcher.stop())
  const heartbeat = await beat(watcher)
  stops.push(() => heartbeat.stop())
  const jobs = await startJobs()
  stops.push(() => jobs.stop())
  for (const sweep of SWEEPS) {
    const running = startSweep(sweep)
    stops.push(() => running.stop())
  }
  log.info({ network: env().NETWORK.name, pid: process.pid }, 'worker ready')
  await Promise.race([stopAsked, watcher.done, jobs.promise])
}

function beat(watcher: Watcher): Promise<Heartbeat> {
  return startHeartbeat({
    kind: 'worker',
    isLeader: () => watcher.isLeader() && (watcher.status().secondsSinceRound ?? 0) < STUCK_SECONDS,
    details: () => {
      const { headBlock, secondsSinceRound } = watcher.status()
      return { headBlock: headBlock?.toString() ?? null, secondsSinceRound }
    },
  })
}
