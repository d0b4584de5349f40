import { EnvError } from './env'

// A process drains what it has begun in this time; after that it ends anyway, and what it left is taken over.
const DRAIN_MS = 10_000

/**
 * Runs a process: starts it, stops it cleanly on SIGTERM or SIGINT, and ends with a readable message when it cannot
 * start. `start` returns how to stop.
 */
export function runProcess(start: () => Promise<() => Promise<void>>) {
  let stop: (() => Promise<void>) | undefined
  let stopping = false
  const end = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), DRAIN_MS).unref()
    try {
      await stop?.()
      process.exit(0)
    } catch (error) {
      console.error(error)
      process.exit(1)
    }
  }
  process.on('SIGTERM', () => void end())
  process.on('SIGINT', () => void end())
  start().then(
    (stopStarted) => {
      stop = stopStarted
    },
    (error: unknown) => {
      console.error(error instanceof EnvError ? error.message : error)
      process.exit(1)
    },
  )
}
