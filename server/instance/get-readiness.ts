import type { ReadinessView } from '@/domain/instance'
import { assertChainId } from '@/server/chain'
import { EnvError } from '@/server/core/env'
import { type ProcessRow, selectProcesses } from './heartbeat-repository'
import { pingDatabase } from './instance-repository'

type Check = { ok: boolean; message: string }

/** A check that takes longer has failed for a load balancer. */
const CHECK_TIMEOUT_MILLISECONDS = 3_000

/**
 * Whether this installation can serve: the database answers, the chain is the configured one, a watcher leads and a worker
 * lives. Messages are fit for the public: no addresses of services, no errors' inner texts.
 */
export async function getReadiness(): Promise<ReadinessView> {
  const [database, chain, processes] = await Promise.all([
    withTimeout(checkDatabase()),
    withTimeout(checkChain()),
    withTimeout(selectProcesses().catch(() => null)),
  ])
  const checks = {
    database: database ?? failed('the database does not answer in time'),
    chain: chain ?? failed('the chain does not answer in time'),
    watcher: checkWatcher(processes),
    worker: checkWorker(processes),
  }
  return { ready: Object.values(checks).every((check) => check.ok), checks }
}

async function checkDatabase(): Promise<Check> {
  return pingDatabase().then(
    () => passed('answers'),
    () => failed('the database does not answer'),
  )
}

async function checkChain(): Promise<Check> {
  try {
    await assertChainId()
    return passed('answers with the configured chain id')
  } catch (error) {
    if (error instanceof EnvError) return failed('the RPC endpoint is on another chain')
    return failed('the chain does not answer')
  }
}

function checkWatcher(processes: ProcessRow[] | null): Check {
  const leader = processes?.find((process) => process.isLeader && process.isAlive)
  return leader ? passed('a watcher leads') : failed('no watcher leads: is a worker running?')
}

function checkWorker(processes: ProcessRow[] | null): Check {
  const alive = processes?.filter((process) => process.kind === 'worker' && process.isAlive).length ?? 0
  return alive > 0 ? passed(`${alive} running`) : failed('no worker is running')
}

const passed = (message: string): Check => ({ ok: true, message })
const failed = (message: string): Check => ({ ok: false, message })

async function withTimeout<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), CHECK_TIMEOUT_MILLISECONDS)
  })
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer))
}
