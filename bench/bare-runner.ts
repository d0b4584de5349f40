import { once } from 'node:events'
import { Logger, type Runner, run, type TaskList } from 'graphile-worker'
import { env } from '@/server/core/env'

/** Where its jobs are, apart from those of the product. */
export const BARE_SCHEMA = 'bench_worker'

type BareRunner = { taskList: TaskList; concurrency: number; connections: number }

/** A graphile-worker that does nothing of ours, for what it takes by itself. It listens when this resolves. */
export async function startBareRunner({ taskList, concurrency, connections }: BareRunner): Promise<Runner> {
  const runner = await run({
    connectionString: env().DATABASE_URL,
    schema: BARE_SCHEMA,
    concurrency,
    maxPoolSize: connections,
    noHandleSignals: true,
    parsedCronItems: [],
    logger: new Logger(() => () => {}),
    taskList,
  })
  await once(runner.events, 'pool:listen:success')
  return runner
}
