import { Logger, type Runner, run } from 'graphile-worker'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { schedule, taskList } from './schedule'

/** Enough for the jobs of one instance and the listener; the database's connections are shared with others. */
const CONNECTIONS = 4
const CONCURRENCY = 3

/** Starts the job runner on its own few connections. */
export function startJobs(): Promise<Runner> {
  return run({
    connectionString: env().DATABASE_URL,
    schema: 'graphile_worker',
    maxPoolSize: CONNECTIONS,
    concurrency: CONCURRENCY,
    // main.ts stops everything in order.
    noHandleSignals: true,
    taskList,
    parsedCronItems: schedule,
    logger: new Logger((scope) => (level, message) => {
      const fields = { task: scope.taskIdentifier, job: scope.jobId }
      if (level === 'error') log.error(fields, message)
      else if (level === 'warning') log.warn(fields, message)
      else log.debug(fields, message)
    }),
  })
}
