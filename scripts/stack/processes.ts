import type { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'

/** Whether a process lives; on Linux also whether its command line contains `marker`, since pids are used again. */
export function isAlive(pid: number, marker?: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  if (!marker) return true
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker)
  } catch {
    return !fs.existsSync('/proc/self/cmdline')
  }
}

export function waitForExit(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

/** The wanted port when it is free, else (or for 0) one that the system hands out. */
export async function findPort(wanted: number): Promise<number> {
  if (wanted > 0 && (await isPortFree(wanted))) return wanted
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
