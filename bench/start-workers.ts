import path from 'node:path'
import { type Service, startService } from '../scripts/stack/start-service'

const root = path.resolve(import.meta.dirname, '..')

export type Workers = {
  pids: readonly number[]
  /** As when the machine dies: nothing is finished, nothing is given back. */
  kill: () => Promise<void>
  stop: () => Promise<void>
}

/** Starts as many whole workers as processes of their own. */
export function startWorkers(count: number): Workers {
  const services: Service[] = Array.from({ length: count }, (_, at) =>
    startService({
      name: `worker ${at}`,
      script: 'server/worker/main.ts',
      environment: { NODE_ENV: 'production', PROCESS_KIND: 'worker' },
      logPath: path.join(root, `.cache/bench-worker-${at}.log`),
      onExit: () => {},
    }),
  )
  return {
    pids: services.map(({ pid }) => pid),
    kill: async () => {
      for (const { pid } of services) process.kill(pid, 'SIGKILL')
      await Promise.allSettled(services.map(({ died }) => died))
    },
    stop: async () => {
      await Promise.all(services.map(({ stop }) => stop()))
    },
  }
}
