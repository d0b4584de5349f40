// Starts the whole product for one person on one machine: PostgreSQL, a local chain with the contracts, the demo world,
// web and worker. Prints one line a step and ends everything together.
import path from 'node:path'
import { describeStack, startStack } from '../stack/start-stack'
import { acquireLock } from './lock'
import { report } from './report'

const home = path.resolve(process.env.BURSAR_HOME ?? '.bursar')
const port = Number(process.env.PORT ?? 3000)

async function main() {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT must be a number from 1 to 65535, not "${process.env.PORT}".`)
  const release = acquireLock(home)
  let stopping: Promise<void> | undefined
  const controller = new AbortController()
  const stop = (code: number) => {
    stopping ??= (async () => {
      controller.abort()
      const stack = await starting.catch(() => undefined)
      await stack?.stop()
      release()
      process.exit(code)
    })()
    return stopping
  }
  process.on('SIGINT', () => void stop(0))
  process.on('SIGTERM', () => void stop(0))

  const starting = startStack({
    home,
    port,
    mode: process.env.BURSAR_MODE === 'production' ? 'production' : 'development',
    durable: true,
    seed: true,
    report,
    signal: controller.signal,
    onExit: (name, logPath) => {
      if (stopping) return
      console.error(`\n  ${name} stopped by itself. Its log: ${logPath}`)
      void stop(1)
    },
  })
  try {
    const stack = await starting
    if (!stopping) console.log(describeStack(stack))
  } catch (error) {
    if (stopping) return
    release()
    throw error
  }
}

main().catch((error: Error) => {
  console.error(`\n  ${error.message}`)
  process.exit(1)
})
