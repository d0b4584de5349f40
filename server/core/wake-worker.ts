import { existsDatabase, pool } from './db'
import { describeDatabaseError } from './describe-database-error'
import { log } from './log'

/** Tasks of server/worker/schedule.ts that due rows wait for. */
export type WorkerTask = 'advance-payouts' | 'deliver-webhooks'

/** A process sends no more wake-ups of one task than one in this time, however many commits it makes. */
const PAUSE_MILLISECONDS = 20
/** Undefined table, function or schema: no worker has been here yet, and so nobody listens. */
const NO_WORKER_CODES = new Set(['3F000', '42P01', '42883'])
const ASK_AGAIN_MILLISECONDS = 30_000

type Pace = { nextAt: number; isWaiting: boolean }

const paces = new Map<WorkerTask, Pace>()
let silentUntil = 0

/**
 * Tells a worker that rows have fallen due: call it after the commit. The first call goes out at once, those of the next 20 ms
 * together. Never throws and is never awaited: the due row is the job, and the worker's sweep finds it a second later anyway.
 */
export function wakeWorker(task: WorkerTask): void {
  const pace = paces.get(task) ?? { nextAt: 0, isWaiting: false }
  paces.set(task, pace)
  const now = performance.now()
  if (pace.isWaiting || now < silentUntil) return
  if (now >= pace.nextAt) {
    pace.nextAt = now + PAUSE_MILLISECONDS
    void addJob(task)
    return
  }
  pace.isWaiting = true
  setTimeout(() => {
    pace.isWaiting = false
    pace.nextAt = performance.now() + PAUSE_MILLISECONDS
    void addJob(task)
  }, pace.nextAt - now).unref()
}

/** With the task as its key a job that waits is replaced; one that runs is followed by another round. */
async function addJob(task: WorkerTask): Promise<void> {
  // A process that is on its way out has closed it; the timer must not open another.
  if (!existsDatabase()) return
  try {
    await pool().query('select 1 from graphile_worker.add_job($1, job_key => $1, max_attempts => 1)', [task])
  } catch (error) {
    if (NO_WORKER_CODES.has((error as { code?: string }).code ?? '')) {
      silentUntil = performance.now() + ASK_AGAIN_MILLISECONDS
    }
    log.debug({ task, reason: describeDatabaseError(error) }, 'wake-up lost; the sweep finds the row')
  }
}
