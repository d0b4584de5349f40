import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { waitForExit } from './processes'

export type Service = {
  name: string
  pid: number
  logPath: string
  /** Rejects when the process ends before it was told to. */
  died: Promise<never>
  stop: () => Promise<void>
}

type StartService = {
  name: string
  script: string
  args?: string[]
  environment: Record<string, string>
  logPath: string
  onExit: (name: string, logPath: string) => void
}

const root = path.resolve(import.meta.dirname, '../..')
// Longer than the ten seconds in which a process drains what it has begun.
const STOP_SECONDS = 15

/** Runs one of our processes with its output in a log file. */
export function startService({
  name,
  script,
  args = [],
  environment,
  logPath,
  onExit,
}: StartService): Service {
  const log = fs.openSync(logPath, 'a')
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', log, log],
    // Its own process group: Ctrl-C in the terminal reaches only the parent, which stops the parts in order.
    detached: true,
  })
  fs.closeSync(log)
  let stopping = false
  const died = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) => {
      if (stopping) return
      onExit(name, logPath)
      reject(
        new Error(
          `${name} ended with ${signal ?? `code ${code}`} while starting. Its log: ${logPath}\n${tail(logPath)}`,
        ),
      )
    })
  })
  died.catch(() => {})
  return {
    name,
    pid: child.pid ?? 0,
    logPath,
    died,
    stop: async () => {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000)
      await waitForExit(child)
      clearTimeout(timer)
    },
  }
}

function tail(file: string): string {
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n')
}
