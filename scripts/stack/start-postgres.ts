// Starts a PostgreSQL server on the binaries from npm: as an ordinary user or as root, durable unless told otherwise.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {
  type Account,
  asAccount,
  findBinaries,
  findServerAccount,
  rootOwnedFolder,
} from './postgres-binaries'
import { isAlive, waitForExit } from './processes'

export type Postgres = {
  /** Connection string of the maintenance database `postgres`. */
  url: string
  pid: number
  process: ChildProcess
  urlOf: (database: string) => string
  stop: () => Promise<void>
}

type StartPostgres = {
  dataDir: string
  port: number
  logPath: string
  /** False only in tests: no fsync, so a crash of the machine may lose the data. */
  durable: boolean
}

// The server listens on the loopback address only; the password keeps other local accounts out.
const USER = 'bursar'

export async function startPostgres({ dataDir, port, logPath, durable }: StartPostgres): Promise<Postgres> {
  const account = findServerAccount()
  const binaries = findBinaries(account)
  const data = prepareDataFolder(path.resolve(dataDir), account)
  const password = readPassword(path.resolve(dataDir))
  if (!fs.existsSync(path.join(data, 'PG_VERSION'))) initialise({ binaries, data, account, password })
  await stopLeftover(data)

  const settings = [
    `listen_addresses=127.0.0.1`,
    'unix_socket_directories=',
    'max_connections=200',
    // A short redo log comes back in under a second after a crash (measured: 17 s with 8 GB).
    'max_wal_size=512MB',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ]
  const child = spawn(
    path.join(binaries, 'bin', 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...asAccount(account), env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const log = fs.createWriteStream(logPath, { flags: 'a' })
  child.stderr?.pipe(log)
  await waitUntilReady(child, logPath)

  const urlOf = (database: string) => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`
  return {
    url: urlOf('postgres'),
    pid: child.pid ?? 0,
    process: child,
    urlOf,
    // SIGINT is PostgreSQL's fast shutdown: connections end, everything committed is on disk.
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGINT')
      await waitForExit(child)
    },
  }
}

function prepareDataFolder(wanted: string, account: Account | undefined): string {
  fs.mkdirSync(wanted, { recursive: true, mode: 0o700 })
  // Beside the password and not around it: initdb wants an empty folder.
  const data = path.join(wanted, 'data')
  if (!account) {
    fs.mkdirSync(data, { recursive: true, mode: 0o700 })
    return data
  }
  const pointer = path.join(wanted, 'moved-to')
  if (!fs.existsSync(pointer)) {
    fs.chmodSync(wanted, 0o711)
    fs.mkdirSync(data, { recursive: true, mode: 0o700 })
    fs.chownSync(data, account.uid, account.gid)
    const probe = spawnSync('/bin/sh', ['-c', 'cd "$0" && test -w .', data], asAccount(account))
    if (probe.status === 0) return data
    fs.rmdirSync(data)
    fs.writeFileSync(pointer, rootOwnedFolder(wanted))
  }
  const moved = path.join(fs.readFileSync(pointer, 'utf8'), 'data')
  fs.mkdirSync(moved, { recursive: true, mode: 0o700 })
  fs.chownSync(moved, account.uid, account.gid)
  return moved
}

function readPassword(dataDir: string): string {
  const file = path.join(dataDir, 'password')
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(18).toString('hex'), { mode: 0o600 })
  return fs.readFileSync(file, 'utf8')
}

type Initialise = { binaries: string; data: string; account: Account | undefined; password: string }

function initialise({ binaries, data, account, password }: Initialise) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bursar-initdb-'))
  const passwordFile = path.join(folder, 'password')
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (account) {
    fs.chownSync(folder, account.uid, account.gid)
    fs.chownSync(passwordFile, account.uid, account.gid)
  }
  const args = [
    '-D',
    data,
    '-U',
    USER,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
  ]
  const result = spawnSync(path.join(binaries, 'bin', 'initdb'), args, {
    ...asAccount(account),
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'utf8',
  })
  fs.rmSync(folder, { recursive: true })
  if (result.status !== 0)
    throw new Error(`initdb failed: ${result.stderr}${result.stdout}${result.error ?? ''}`)
}

/** A server that outlived a killed parent still holds the data folder; it is shut down cleanly first. */
async function stopLeftover(data: string) {
  const pidFile = path.join(data, 'postmaster.pid')
  if (!fs.existsSync(pidFile)) return
  const pid = Number(fs.readFileSync(pidFile, 'utf8').split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid, 'postgres')) return
  process.kill(pid, 'SIGINT')
  for (let waited = 0; isAlive(pid, 'postgres'); waited += 50) {
    if (waited > 20_000)
      throw new Error(`PostgreSQL (pid ${pid}) from an earlier start does not stop. Stop it and try again.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function waitUntilReady(child: ChildProcess, logPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const onData = (chunk: Buffer) => {
      output += chunk.toString()
      if (!output.includes('ready to accept connections')) return
      child.stderr?.off('data', onData)
      child.off('exit', onExit)
      resolve()
    }
    const onExit = (code: number | null) => {
      reject(
        new Error(
          `PostgreSQL ended with code ${code} while starting; its log is ${logPath}\n${output.slice(-2000)}`,
        ),
      )
    }
    child.stderr?.on('data', onData)
    child.once('exit', onExit)
  })
}
