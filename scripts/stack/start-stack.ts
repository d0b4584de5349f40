// The parts of a running Bursar in the order of their dependencies. `npm run dev` and the browser tests use the same one.
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import type { Report } from '../dev/report'
import { type ChainPart, startChain } from './chain-part'
import { ensureGenerated } from './ensure-generated'
import { migrate } from './migrate'
import { isPortFree } from './processes'
import { readSecrets, type Secrets } from './secrets'
import { serviceEnvironment, workerEnvironment } from './service-environment'
import { type Postgres, startPostgres } from './start-postgres'
import { type Service, startService } from './start-service'

export type Stack = {
  url: string
  home: string
  databaseUrl: string
  chain: ChainPart
  environment: Record<string, string>
  logs: string
  web: Service
  worker: Service
  stop: () => Promise<void>
}

type StartStack = {
  home: string
  port: number
  mode: 'development' | 'production'
  durable: boolean
  seed: boolean
  report: Report
  signal?: AbortSignal
  /** Blocks every so many seconds; 2 as on Base. */
  blockTimeSeconds?: number
  onExit: (name: string, logPath: string) => void
}

const DATABASE = 'bursar'
const PREFERRED_POSTGRES_PORT = 5455
const PREFERRED_CHAIN_PORT = 8545

/** Starts every part, each as one reported step. When a step fails, what was started is stopped again. */
export async function startStack(asked: StartStack): Promise<Stack> {
  let isStopping = false
  // A part that ends because the others are being stopped is no news.
  const onExit: StartStack['onExit'] = (name, logPath) => {
    if (!isStopping) asked.onExit(name, logPath)
  }
  const options = { ...asked, onExit }
  const { home, port, report, signal } = options
  const logs = path.join(home, 'logs')
  fs.mkdirSync(logs, { recursive: true })
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    isStopping = true
    for (const stopPart of stops.splice(0).reverse())
      await stopPart().catch((error) => console.error(`  ${(error as Error).message}`))
  }
  try {
    if (!(await isPortFree(port))) {
      throw new Error(
        `Port ${port} is taken by another program. Stop it, or choose another: PORT=${port + 1} npm run dev`,
      )
    }
    const databaseUrl = await startDatabase(options, logs, stops)
    signal?.throwIfAborted()
    const chain = await startChain({
      home,
      logs,
      report,
      stops,
      preferredPort: PREFERRED_CHAIN_PORT,
      blockTimeSeconds: options.blockTimeSeconds ?? 2,
      onExit: options.onExit,
    })
    signal?.throwIfAborted()
    await report(
      'database schema',
      async () => {
        await ensureGenerated()
        return migrate(databaseUrl)
      },
      (applied) => (applied.length ? `${applied.length} migrations applied` : 'up to date'),
    )
    const secrets = readSecrets(home)
    const environment = serviceEnvironment({ port, databaseUrl, chain, secrets, mode: options.mode })
    if (options.seed && chain.isLocal) {
      const { seedDemoWorld } = await import('../../prisma/seed')
      await report(
        'demo world',
        () => seedDemoWorld(environment),
        (made) => made,
      )
    }
    signal?.throwIfAborted()
    const services = await startServices({ options, environment, secrets, logs, stops, chain })
    return { url: `http://localhost:${port}`, home, databaseUrl, chain, environment, logs, ...services, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startDatabase(
  { home, durable, report, onExit }: StartStack,
  logs: string,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const given = process.env.DATABASE_URL
  if (given) {
    await report(
      'PostgreSQL',
      () => checkConnection(given),
      () => 'yours (DATABASE_URL)',
    )
    return given
  }
  const postgres = await report(
    'PostgreSQL',
    () => startEmbedded({ home, logs, durable }),
    (running) => new URL(running.url).host,
  )
  stops.push(postgres.stop)
  postgres.process.once('exit', () => onExit('PostgreSQL', path.join(logs, 'postgres.log')))
  return postgres.urlOf(DATABASE)
}

async function startEmbedded({
  home,
  logs,
  durable,
}: {
  home: string
  logs: string
  durable: boolean
}): Promise<Postgres> {
  const { findPort } = await import('./processes')
  const postgres = await startPostgres({
    dataDir: path.join(home, 'postgres'),
    port: await findPort(PREFERRED_POSTGRES_PORT),
    logPath: path.join(logs, 'postgres.log'),
    durable,
  })
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [DATABASE])
  if (!rowCount) await admin.query(`create database ${DATABASE}`)
  await admin.end()
  return postgres
}

async function checkConnection(url: string) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
  } catch (error) {
    throw new Error(`DATABASE_URL does not answer: ${(error as Error).message}`)
  } finally {
    await client.end().catch(() => {})
  }
}

type StartServices = {
  options: StartStack
  environment: Record<string, string>
  secrets: Secrets
  logs: string
  stops: (() => Promise<void>)[]
  chain: ChainPart
}

async function startServices({ options, environment, secrets, logs, stops, chain }: StartServices) {
  const { port, report, onExit, signal } = options
  const worker = startService({
    name: 'worker',
    script: 'server/worker/main.ts',
    environment: { ...environment, ...workerEnvironment({ chain, secrets }) },
    logPath: path.join(logs, 'worker.log'),
    onExit,
  })
  stops.push(worker.stop)
  const web = startService({
    name: 'web',
    script: 'server/main.ts',
    // An empty one hides what a person has set for the worker: the web process refuses to start with it.
    environment: { ...environment, PROCESS_KIND: 'web', WALLET_ENCRYPTION_KEY: '' },
    logPath: path.join(logs, 'web.log'),
    onExit,
  })
  stops.push(web.stop)
  await report('web and worker', () =>
    Promise.race([waitUntilReady(`http://127.0.0.1:${port}/api/ready`, signal), web.died, worker.died]),
  )
  // Development compiles a page at its first request: begun now, it is under way before a person has opened the browser.
  if (options.mode === 'development') void fetch(`http://127.0.0.1:${port}/`).catch(() => {})
  return { web, worker }
}

/** Waits until web, database, chain, watcher and worker all answer for themselves. */
async function waitUntilReady(url: string, signal?: AbortSignal) {
  const deadline = Date.now() + 120_000
  let last = 'no answer'
  while (Date.now() < deadline) {
    signal?.throwIfAborted()
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
      if (response.ok) return
      last = await response.text()
    } catch (error) {
      last = (error as Error).message
    }
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  throw new Error(`Web and worker did not become ready in two minutes. Last answer of ${url}: ${last}`)
}

export function describeStack(stack: Stack): string {
  const lines = [
    '',
    `  Bursar runs at ${stack.url}`,
    stack.chain.isLocal ? '  Sign in with the built-in test wallet; nothing here is real money.' : '',
    `  Data and logs: ${stack.home}    Stop with Ctrl-C`,
    '',
  ]
  return lines.filter((line, index) => line || index === 0 || index === lines.length - 1).join('\n')
}
